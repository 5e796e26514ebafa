import { html, raw } from 'hono/html'
import { FLAG } from './flag.ts'

/**
 * The page as it is before anybody is known. Both checkouts are in it, and neither is shown until the flag was asked for:
 * the script only shows and hides, so that the page needs no inline script and no inline style.
 */
export function storefront(rampart: { readonly url: string; readonly clientKey: string }) {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Lumen & Oak, the example shop</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/look.css">
  <script type="module" src="/page.js"></script>
</head>
<body data-rampart-url="${rampart.url}" data-rampart-key="${rampart.clientKey}">
<header>
  <p class="brand">${raw(MARK)} Lumen &amp; Oak</p>
  <form id="who">
    <label for="shopper">You are</label>
    <input id="shopper" name="shopper" maxlength="100" required autocomplete="off" spellcheck="false">
    <button>Come in</button>
    <button type="button" id="anybody">Somebody new</button>
  </form>
</header>

<main>
  <section class="basket" aria-labelledby="basket">
    ${raw(LAMP)}
    <div class="goods">
      <h1 id="basket">One lamp in your basket</h1>
      <p>Table lamp “Alder”, oiled oak, linen shade.</p>
      <p class="price">€ 84.00</p>
    </div>
  </section>

  <div id="checkouts" aria-live="polite">
    <p id="looking" class="card">One moment …</p>

    <section class="card" data-checkout="old" aria-labelledby="old" hidden>
      <p class="badge">old checkout</p>
      <h2 id="old">Check out in three steps</h2>
      <ol class="steps"><li>Address</li><li>Delivery</li><li aria-current="step">Payment</li></ol>
      <p>Parcel to Harbour Street 9, in two or three days.</p>
      <button type="button" data-pay>Pay € 84.00</button>
    </section>

    <section class="card new" data-checkout="new" aria-labelledby="new" hidden>
      <p class="badge">new checkout</p>
      <h2 id="new">Everything on one page</h2>
      <dl>
        <div><dt>To</dt><dd>Harbour Street 9</dd></div>
        <div><dt>By</dt><dd>Thursday</dd></div>
        <div><dt>With</dt><dd>Card ending 4242</dd></div>
      </dl>
      <button type="button" data-pay>Pay € 84.00 at once</button>
    </section>
    <p id="outcome" role="status"></p>
  </div>

  <section class="card quiet" aria-labelledby="why">
    <h2 id="why">Why this one?</h2>
    <p><code>isEnabled("${FLAG}")</code> is <code id="value">–</code> for <b id="name">you</b>: <span id="reason">not asked yet</span>.</p>
    <div id="standing" hidden>
      <label for="position"><b id="stander">you</b> stands at <output id="percent"></output></label>
      <meter id="position" min="0" max="100" value="0"></meter>
      <p class="hint">Once the rollout reaches further than that, this shopper meets the new checkout, and keeps it.</p>
    </div>
    <p id="link" class="hint" data-status="starting">Connecting to Rampart …</p>
  </section>

  <section class="card quiet" aria-labelledby="others">
    <h2 id="others">Everybody else</h2>
    <table>
      <thead><tr><th scope="col">Checkout</th><th scope="col">Shoppers</th><th scope="col">Failed</th><th scope="col">Ordered</th><th scope="col">Took</th></tr></thead>
      <tbody>
        <tr data-figures="old"><th scope="row">old</th><td>0</td><td>–</td><td>–</td><td>–</td></tr>
        <tr data-figures="new"><th scope="row">new</th><td>0</td><td>–</td><td>–</td><td>–</td></tr>
      </tbody>
    </table>
    <p id="defect" class="hint"></p>
  </section>
</main>
<noscript><p class="card">This page asks for its flags itself, for which it needs JavaScript.</p></noscript>
</body>
</html>`
}

const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 4l9 12H7z"/><path d="M15 16h2v9h-2zM10 25h12v2H10z"/></svg>`

const LAMP = `<svg class="lamp" viewBox="0 0 160 180" aria-hidden="true">
      <circle class="glow" cx="80" cy="76" r="74"/>
      <path class="shade" d="M56 26h48l24 64H32z"/>
      <path class="fold" d="M72 26L60 90M88 26l12 64"/>
      <path class="wood" d="M76 88h8v62h-8zM48 150h64c4 0 6 4 6 10H42c0-6 2-10 6-10z"/>
    </svg>`
