// The microphone: for a recording, WAV in pieces of about a second (8 kHz, 16 bit, mono, as a telephone carries); elsewhere words,
// where the browser can recognise speech. Pieces of silence are not sent: silence is what ends a recording.
const RATE = 8000;
const PIECE_SECONDS = 1;
const SILENCE = 0.006;

export const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition ?? null;
export const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

// Calls onPiece(wavInBase64, seconds) until stop() is called. Rejects where the microphone may not be used.
export async function record(onPiece) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/phone/pcm.js");
  const source = context.createMediaStreamSource(stream);
  const tap = new AudioWorkletNode(context, "pcm", { numberOfOutputs: 0 });
  let blocks = [];
  let count = 0;
  const flush = () => {
    const samples = resample(blocks, count, context.sampleRate);
    blocks = [];
    count = 0;
    if (samples.length > 0 && loudness(samples) > SILENCE) onPiece(base64(wav(samples)), samples.length / RATE);
  };
  tap.port.onmessage = ({ data }) => {
    blocks.push(data);
    count += data.length;
    if (count >= context.sampleRate * PIECE_SECONDS) flush();
  };
  source.connect(tap);
  return {
    stop() {
      for (const track of stream.getTracks()) track.stop();
      source.disconnect();
      flush();
      context.close();
    },
  };
}

// Calls onWords(text) with every finished phrase until stop() is called.
export function recognise(language, onWords, onEnd) {
  const recognition = new Recognition();
  recognition.lang = language;
  recognition.continuous = true;
  recognition.onresult = (event) => {
    for (let n = event.resultIndex; n < event.results.length; n += 1) {
      if (event.results[n].isFinal) onWords(event.results[n][0].transcript.trim());
    }
  };
  recognition.onend = onEnd;
  recognition.onerror = onEnd;
  recognition.start();
  return { stop: () => recognition.stop() };
}

// Averages whole stretches of samples, which is filter enough for speech on its way down to 8 kHz.
export function resample(blocks, count, rate) {
  const all = new Float32Array(count);
  let filled = 0;
  for (const block of blocks) {
    all.set(block, filled);
    filled += block.length;
  }
  const step = rate / RATE;
  const samples = new Float32Array(Math.floor(count / step));
  for (let n = 0; n < samples.length; n += 1) {
    const from = Math.floor(n * step);
    const to = Math.max(from + 1, Math.floor((n + 1) * step));
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += all[at];
    samples[n] = sum / (to - from);
  }
  return samples;
}

export function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at, letters) => [...letters].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, n) => view.setInt16(44 + n * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true));
  return new Uint8Array(view.buffer);
}

function loudness(samples) {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
