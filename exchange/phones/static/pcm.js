// Hands the microphone's samples to the page, one block at a time.
class Pcm extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}
registerProcessor("pcm", Pcm);
