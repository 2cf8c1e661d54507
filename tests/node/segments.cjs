// Reads a JSON list of texts and writes what Twilio's calculator says of each, in the same order.
const { readFileSync } = require("node:fs");
const { SegmentedMessage } = require("sms-segments-calculator");

const codePoints = (text) => [...text].length;

const answers = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName,
    segments: message.segmentsCount,
    bits: message.messageSize,
    graphemes: message.graphemes.map(codePoints),
    lengths: message.segments.map((segment) =>
      segment.reduce((sum, piece) => sum + (piece.isReservedChar ? 0 : codePoints(piece.raw)), 0),
    ),
  };
});

process.stdout.write(JSON.stringify(answers));
