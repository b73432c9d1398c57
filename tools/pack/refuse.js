// `npm pack` of a package in the checkout would pack its TypeScript sources, which Node runs nowhere else.
console.error('Packages are built for publishing: `npm run pack [-- FOLDER]` in the root of the repository makes them.')
process.exit(1)
