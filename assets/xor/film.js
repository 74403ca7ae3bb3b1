// The run's pictures so far, kept in the browser: what the time line goes back and forth through.

const LONGEST_FILM = 2400; // pictures; a longer film loses every second one of its older half

function makeFilm() {
  let head = null;
  let frames = [];

  // The net of a learner in a frame, unpacked once.
  function netOf(frame, at) {
    frame.nets[at] ||= makeNet(head.learners[at], unpackNumbers(frame.learners[at].weights));
    return frame.nets[at];
  }

  function thin() {
    const half = frames.length >> 1;
    frames = frames.filter((_, at) => at === 0 || at >= half || at % 2 === 0);
  }

  return {
    get head() { return head; },
    get frames() { return frames; },
    get first() { return frames[0]; },
    get last() { return frames[frames.length - 1]; },
    netOf,

    // True if the message begins another run. A run that goes on from a picture of the one before keeps the film so far.
    take(message) {
      const another = !head || head.run !== message.run;
      if (another) frames = message.after === null ? [] : frames.filter((frame) => frame.index <= message.after);
      head = message;
      const newest = frames.length ? frames[frames.length - 1].index : -1;
      frames.push(...message.frames.filter(({ index }) => index > newest).map((frame) => ({ ...frame, nets: [] })));
      if (frames.length > LONGEST_FILM) thin();
      return another;
    },

    // The place in `frames` of the last picture that is not after number `index`.
    find(index) {
      let [low, high] = [0, frames.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (frames[middle].index <= index) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
