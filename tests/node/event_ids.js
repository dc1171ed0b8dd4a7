// The ids of a stream that can be resumed: its name, a hyphen, and what the
// reply says.
const NAME = '[0-9a-f]{24}-';

/** The part of an id that the reply says. */
const own = (id) => (typeof id === 'string' ? id.replace(new RegExp(`^(#?)${NAME}`), '$1') : id);

/** Finds the end of the event with this id in the text of a stream; -1 where it is not. */
function endOf(id, text) {
  const found = new RegExp(`id: (?:${NAME})?${id}\n\n`).exec(text);
  return found ? found.index + found[0].length : -1;
}

module.exports = { own, endOf };
