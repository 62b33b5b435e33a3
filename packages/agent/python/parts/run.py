# Makes ready to run the program.
def prepare(message):
    # What runs it as __main__, in a list with its arguments. Its tracebacks name the file.
    global step_reason
    file = message["file"]
    sys.argv[:] = [file] + message["args"]
    folder, slash, _ = file.rpartition("/")
    sys.path[0] = folder or slash
    if message["stopOnEntry"]:
        step_reason = "entry"
        begin_step(STEP_IN, 0)
    names = __import__("__main__").__dict__
    names["__name__"] = "__main__"
    names["__file__"] = file
    if hasattr(builtins, "execfile"):
        return [builtins.execfile, file, names]
    with open(file) as source:
        text = source.read()
    return [exec, compile(text, file, "exec"), names]
