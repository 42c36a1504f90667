// A company's colour made readable, as web/colours.py does it for the portal: a test compares the two.

const LIGHT = ['#ffffff', '#f6f4f0'];
const DARK = ['#211f1c', '#161412'];
const READABLE = 4.5;

export const isColour = (text) => /^#[0-9a-f]{6}$/i.test(text);

// {light, dark}: the accents made from a colour.
export const brand = (colour) => ({ light: readable(colour.toLowerCase(), LIGHT, -0.01), dark: readable(colour.toLowerCase(), DARK, 0.01) });

function readable(colour, grounds, step) {
  let [lightness, a, b] = oklab(linear(colour));
  let candidate = colour;
  while (Math.min(...grounds.map((ground) => contrast(candidate, ground))) < READABLE) {
    lightness += step;
    if (lightness <= 0 || lightness >= 1) return step < 0 ? '#000000' : '#ffffff';
    candidate = nearest(lightness, a, b);
  }
  return candidate;
}

function contrast(one, other) {
  const [dim, bright] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(colour) {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

function hex(parts) {
  const bytes = parts.map((part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055)).map((part) => Math.round(Math.min(1, Math.max(0, part)) * 255));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// Linear sRGB to OKLab and back (Björn Ottosson's published matrices).
function oklab([red, green, blue]) {
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
  ];
}

function linearFrom(lightness, a, b) {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
  ];
}

// The colour of this lightness and hue, with as much of its chroma as a screen can show.
function nearest(lightness, a, b) {
  for (let step = 0; step <= 20; step += 1) {
    const share = 1 - step / 20;
    const found = linearFrom(lightness, a * share, b * share);
    if (found.every((part) => part >= -0.0005 && part <= 1.0005)) return hex(found);
  }
  return hex(linearFrom(lightness, 0, 0));
}
