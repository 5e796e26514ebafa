/** The flag that decides which checkout a shopper meets, on the shop's servers and in its pages alike. */
export const FLAG = 'new-checkout-flow'
