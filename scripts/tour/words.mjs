export const sayBare = ({ url, signInUrl }) => `
Rampart is running at ${url}

  sign in once    ${signInUrl}

Ctrl-C ends it.
`

export const sayTour = ({ url, signInUrl, project, environment, flag, killUrl, shopUrl, defectUrl }) => `
Rampart is running at ${url}, and a shop with shoppers at ${shopUrl}

  sign in once    ${signInUrl}

In another terminal, in this folder:

  ramp a flag     npx rampart ramp run ${flag} -p ${project} -e ${environment} --steps "1%:5s,10%:5s,50%:5s,100%"
  back to 0%      npx rampart rollout set ${flag} 0% -p ${project} -e ${environment}      (then a ramp can climb again)
  break the shop  curl -X POST ${defectUrl}      (heal it with -X DELETE)
  or otherwise    curl -X POST "${defectUrl}?kind=latency"      (or kind=orders)
  kill the flag   curl -X POST "${killUrl}?wait=5s"
  restore it      npx rampart restore ${flag} -p ${project} -e ${environment}

Ctrl-C ends everything. Your data stay.
`
