// The chart library behind one name: a package holds it bundled into this very file (scripts/bundle.mjs), since as a
// dependency it would bring 60 MB for the 1 MB that draws.
export { init } from 'echarts';
