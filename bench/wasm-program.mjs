// One MicroPython in WebAssembly in a process of its own: takes the path of its build and a program's text, and then
// runs the program each time it is asked.
const heapSize = 8 << 20;

let interpreter;
let output = "";

async function answer({ build, text }) {
  if (build) {
    const { loadMicroPython } = await import(build);
    interpreter = await loadMicroPython({
      heapsize: heapSize,
      linebuffer: true,
      stdout: (line) => {
        output += `${line}\n`;
      },
    });
    interpreter.runPython(text);
  } else {
    output = "";
    interpreter.runPython("bm_measure(True)");
  }
  process.send(output);
}

process.on("message", (message) => void answer(message));
