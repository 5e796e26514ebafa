// "Deploys" an image to the shop of the tour: the only difference between two images is whether the new checkout has its defect.
const [image = '', defectUrl = ''] = process.argv.slice(2)
const response = await fetch(defectUrl, { method: image.endsWith('-defect') ? 'POST' : 'DELETE' })
if (!response.ok) throw new Error(`the shop answered ${response.status}`)
console.log(`deployed ${image}`)
