// The chart library behind one name: a package holds it bundled into this very file (scripts/bundle.mjs), since as a
// dependency it would bring 60 MB for the 1 MB that draws. Not TypeScript, so that the compiler leaves the bundle alone.
// eslint-disable-next-line @typescript-eslint/no-require-imports
module.exports = { init: require('echarts').init };
