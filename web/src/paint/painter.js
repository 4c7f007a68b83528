const canvases = [], sprites = [], sheets = [], waiting = new Set();
const own = {
  text: (pen, texts, [text, x, y]) => pen.fillText(texts[text], x, y),
  word: (pen, texts, [text, x, y, end], taken) => {
    const to = x + pen.measureText(texts[text]).width;
    if (to > end || taken.some(([a, b]) => b + 10 > x && to + 10 > a)) return;
    taken.push([x, to]);
    pen.fillText(texts[text], x, y);
  },
  stamp: (pen, texts, [sprite, x, y, side]) => pen.drawImage(sprites[sprite], x, y, side, side),
  dashes: (pen, texts, dashes) => pen.setLineDash(dashes),
};
const fit = (canvas, [width, height]) => {
  if (canvas.width != width || canvas.height != height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
};
const paint = (pen, texts, strokes) => {
  const taken = [], sharpness = strokes[2];
  pen.setTransform(sharpness, 0, 0, sharpness, 0, 0);
  for (let at = 3; at < strokes.length;) {
    const name = NAMES[strokes[at]], start = at + 2, given = strokes.subarray(start, at = start + strokes[at + 1]);
    if (own[name]) own[name](pen, texts, given, taken);
    else if (name[0] == "=") pen[name.slice(1)] = texts[given];
    else if (name[0] == "#") pen[name.slice(1)] = given[0];
    else pen[name](...given);
  }
};
const show = () => {
  const due = [...waiting];
  waiting.clear();
  for (const canvas of due) {
    const drawings = sheets[canvas].filter(Boolean), pen = fit(canvases[canvas], drawings[0][1]);
    for (const drawing of drawings) paint(pen, ...drawing);
  }
};
onmessage = ({ data: [place, texts, strokes] }) => {
  const canvas = place >> 1, drawing = strokes && [texts.split("\n"), strokes];
  if (!strokes) {
    canvases[canvas] = texts;
    sheets[canvas] = [];
    waiting.delete(canvas);
  } else if (place < 0) {
    sprites[~place] = new OffscreenCanvas(1, 1);
    paint(fit(sprites[~place], strokes), ...drawing);
  } else {
    if (!waiting.size) requestAnimationFrame(show);
    sheets[canvas][place & 1] = drawing;
    waiting.add(canvas);
  }
};
