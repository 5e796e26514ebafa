import { createBrowserClient } from '@rampart/browser'
import { FLAG } from '../src/flag.ts'
import { showCheckout, showStatus } from './checkout.ts'
import { followEverybodyElse } from './everybody-else.ts'
import { find } from './find.ts'
import { pay } from './pay.ts'
import { newShopper, rememberInAddress, shopperOfAddress } from './shopper.ts'

const { rampartUrl = '', rampartKey = '' } = document.body.dataset
const input = find('#shopper', HTMLInputElement)

let shopper = shopperOfAddress()
const flags = createBrowserClient({
  url: rampartUrl,
  key: rampartKey,
  context: shopper,
  application: { name: 'example-shop-pages', version: '1.0.0' },
})

function become(next: string): void {
  shopper = next
  input.value = next
  rememberInAddress(next)
  find('#outcome', HTMLElement).textContent = ''
  void flags.identify(next)
  if (flags.status !== 'starting') showCheckout(flags, next)
}

find('#who', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  become(input.value.trim() || newShopper())
})
find('#anybody', HTMLButtonElement).addEventListener('click', () => become(newShopper()))
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-pay]')) {
  button.addEventListener('click', () => void pay(shopper, button))
}

flags.subscribe([FLAG], () => showCheckout(flags, shopper))
flags.on('status', ({ to }) => showStatus(to))
followEverybodyElse()
become(shopper)
// Also when there is no answer in time: then it is the fallback, the old checkout.
await flags.ready()
showStatus(flags.status)
showCheckout(flags, shopper)
