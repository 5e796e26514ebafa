import { hydrateRoot } from 'react-dom/client'
import { type Given, Root } from './root.tsx'

const [root, given] = ['root', 'given'].map((id) => document.getElementById(id))
if (root && given) hydrateRoot(root, <Root {...(JSON.parse(given.textContent ?? '') as Given)} />)
