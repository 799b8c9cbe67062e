// Calls of the server's named endpoints, through Gradio's queue: POST gives an event, whose stream gives the results.

const BASE = "/gradio_api/call/";

export class Refused extends Error {}

/** Calls an endpoint with all its arguments. onEvent is given each value that comes; the last one is returned. */
export async function call(name, args, { onEvent = null, signal = null } = {}) {
  const id = await started(name, args, signal);
  const response = await reached(fetch(`${BASE}${name}/${id}`, { signal }));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "", last;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    buffer += value;
    let cut;
    while ((cut = buffer.indexOf("\n\n")) >= 0) {
      const { event, data } = parsed(buffer.slice(0, cut));
      buffer = buffer.slice(cut + 2);
      if (event === "error") throw new Refused(data?.error || "The server could not do this. Its terminal says more.");
      if (event === "complete") {
        drain(reader);
        return data?.[0] ?? last;
      }
      if (event === "generating") {
        last = data[0];
        if (onEvent) onEvent(last);
      }
    }
  }
  throw new Refused("The connection ended before the answer came. Ask again.");
}

/** Reads what is left, so that the connection ends well. */
async function drain(reader) {
  try {
    while (!(await reader.read()).done);
  } catch (error) { /* it ended another way */ }
}

async function started(name, args, signal) {
  const response = await reached(fetch(BASE + name, {
    method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ data: args }),
  }));
  return (await response.json()).event_id;
}

async function reached(promise) {
  let response;
  try {
    response = await promise;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The server does not answer. Is it still running?");
  }
  if (response.status === 401) {
    location.reload();
    throw new Refused("Sign in again.");
  }
  if (response.status === 413) throw new Refused("This is too much at once: make it shorter.");
  if (!response.ok) throw new Refused(`The server refused (${response.status}). Reload the page and try again.`);
  return response;
}

function parsed(block) {
  const found = { event: "", data: null };
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) found.event = line.slice(7);
    else if (line.startsWith("data: ")) found.data = JSON.parse(line.slice(6));
  }
  return found;
}
