/**
 * All code of ours that works on a board's files, for MicroPython 1.20 and later. Pieces are parted by empty lines and
 * compiled one after the other, so that compiling needs little memory; comments stay here.
 */
const source = String.raw`
import sys, os, gc

try:
    from binascii import crc32 as check
    check_kind = 'crc32'
except ImportError:
    check_kind = 'adler32'
    def check(data, seed):
        low = seed & 0xffff
        high = seed >> 16
        for byte in data:
            low = (low + byte) % 65521
            high = (high + low) % 65521
        return high << 16 | low

try:
    from hashlib import sha256
except ImportError:
    sha256 = None

try:
    from binascii import a2b_base64, b2a_base64
    def text(data):
        return b2a_base64(data)[:-1].decode()
except ImportError:
    a2b_base64 = None
    def text(data):
        return ''.join(['%02x' % byte for byte in data])

try:
    from io import BytesIO
    from deflate import DeflateIO
except ImportError:
    DeflateIO = None

part = '.slotscope-part'
full = '.slotscope-full'
gc.collect()
buffer = bytearray(4096 if gc.mem_free() > 65536 else 512)
view = memoryview(buffer)
at = ''
handle = None
new = False
walker = None

def facts():
    gc.collect()
    return '%s %d %d %d %d' % (check_kind, sha256 is not None, a2b_base64 is not None, DeflateIO is not None, gc.mem_free())

def call(wanted, code, *data):
    global load
    seen = check(code, 1)
    for piece in data:
        seen = check(piece, seen)
    if seen != wanted:
        return 'garbled'
    load = data
    try:
        out = eval(code)
    except OSError as error:
        out = '!%s %r' % (error.args[0] if error.args else 0, at)
    load = None
    return '%08x%s' % (check(out.encode(), 1), out)

def digest(path):
    global at
    at = path
    state = sha256() if sha256 else 1
    with open(path, 'rb') as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                break
            if sha256:
                state.update(view[:count])
            else:
                state = check(view[:count], state)
    return text(state.digest()[:12]) if sha256 else '%08x' % state

def kind(path):
    try:
        return 2 if os.stat(path)[0] & 0x4000 else 1
    except OSError as error:
        if error.args[0] != 2:
            raise
        return 0

def put(source, path):
    try:
        os.rename(source, path)
    except OSError:
        if kind(path) != 1:
            raise
        os.remove(path)
        os.rename(source, path)

def settle(path):
    global at
    at = path
    found = kind(path)
    if found != 2 and kind(path + full):
        put(path + full, path)
        found = 1
    return found

def place(path, new):
    global at
    at = path
    if not new and kind(path):
        os.rename(path + part, path + full)
        put(path + full, path)
    else:
        os.rename(path + part, path)

def join(folder, name):
    return name if not folder else folder + name if folder[-1] == '/' else folder + '/' + name

def entries(folder, clean):
    global at
    at = folder
    names = list(os.ilistdir(folder) if folder else os.ilistdir())
    changed = False
    for entry in names:
        name = entry[0]
        if name.endswith(full):
            put(join(folder, name), join(folder, name[:-15]))
            changed = True
        elif clean and name.endswith(part):
            os.remove(join(folder, name))
            changed = True
    if changed:
        names = list(os.ilistdir(folder) if folder else os.ilistdir())
    return names

def walk(root, tops, sizes, clean):
    folders = [root]
    while folders:
        folder = folders.pop()
        for entry in entries(folder, clean):
            name = entry[0]
            path = join(folder, name)
            if entry[1] & 0x4000:
                yield path, -1, '-'
                if tops is None or name in tops or folder != root:
                    folders.append(path)
            elif not name.endswith(part):
                size = entry[3] if len(entry) > 3 else os.stat(path)[6]
                yield path, size, digest(path) if size in sizes else '-'

def start(root, tops, sizes, clean, claims):
    global walker
    if claims:
        try:
            with open(claims) as file:
                for line in file:
                    path = line.split('\t')[0]
                    if '/' in path:
                        tops.add(path.split('/')[0])
        except OSError as error:
            if error.args[0] != 2:
                raise
    walker = walk(root, tops, sizes, clean)

def more(budget):
    # Lines kept apart would lie scattered over the heap and leave no large piece of it free.
    page = bytearray(budget + 512)
    used = 0
    for path, size, hash in walker:
        line = ('%d %s %r\n' % (size, hash, path)).encode()
        page[used:used + len(line)] = line
        used += len(line)
        if hash != '-':
            budget -= size >> 5
        if used > budget:
            page[used:used + 1] = b'+'
            used += 1
            break
    return str(memoryview(page)[:used], 'utf-8')

def info(path):
    settle(path)
    found = os.stat(path or '.')
    return '%d %d' % (-1 if found[0] & 0x4000 else found[6], found[8])

def room(path):
    global at
    at = path
    found = os.statvfs(path or '.')
    return '%d %d' % (found[1] * found[4], found[9])

def head(path, count):
    if settle(path) == 2:
        raise OSError(21)
    return '%d %s %s' % (os.stat(path)[6], digest(path), fetch(path, 0, count))

def fetch(path, offset, count):
    with open(path, 'rb') as file:
        file.seek(offset)
        return text(file.read(count))

def claim(claims, lines):
    global at
    at = claims
    with open(claims, 'a') as file:
        file.write('\n')
        for line in lines:
            file.write('%s\t%s\t%s\t\n' % line)

def drop(items):
    global handle
    if handle:
        try:
            handle.close()
        except OSError:
            pass
        handle = None
    for item in items:
        try:
            os.remove(item[0] + part)
        except OSError:
            pass

def feed(bits, data, items, claims, skip):
    global at, handle, new
    stream = BytesIO(data)
    if bits:
        stream = DeflateIO(stream, 1, bits)
    done = []
    try:
        for path, first, count, size, hash in items:
            if first:
                drop(())
                if first == 1 and settle(path) == 2:
                    raise OSError(21)
                new = first == 2
                handle = open(path + part, 'wb')
            at = path
            while count:
                got = stream.readinto(view[:min(count, len(buffer))])
                if not got:
                    raise OSError(5)
                handle.write(view[:got])
                count -= got
            if hash:
                handle.close()
                handle = None
                if digest(path + part) != hash:
                    raise OSError(5)
                done.append((path, size, hash, new))
        if claims and done:
            claim(claims, [(path[skip:], size, hash) for path, size, hash, _ in done])
        for path, _, _, fresh in done:
            place(path, fresh)
    except BaseException:
        drop(items)
        raise
    return ''

def make(folders, claims, skip):
    global at
    made = []
    for folder in folders:
        at = folder
        found = kind(folder)
        if found == 1:
            raise OSError(20)
        if not found:
            os.mkdir(folder)
            made.append((folder[skip:] + '/', 0, 'folder'))
    if claims and made:
        claim(claims, made)
    return ''

def remove(path):
    found = settle(path)
    if found == 2:
        raise OSError(21)
    os.remove(path)
    return ''

def remove_folder(path):
    global at
    at = path
    if kind(path) == 2 and list(os.ilistdir(path)):
        raise OSError(39)
    os.rmdir(path)
    return ''

def rename(old, new):
    global at
    if settle(new):
        raise OSError(17)
    settle(old)
    os.rename(old, new)
    return ''

def clear(path, count):
    global at
    folders = [path]
    while folders:
        folder = folders[-1]
        inner = []
        for entry in list(os.ilistdir(folder)):
            at = join(folder, entry[0])
            if entry[1] & 0x4000:
                inner.append(at)
            else:
                os.remove(at)
                count -= 1
                if count < 0:
                    return '+'
        if inner:
            folders += inner
        else:
            at = folder
            os.rmdir(folders.pop())
    return ''

def loaded():
    return '\n'.join([repr(module.__file__) for module in sys.modules.values() if hasattr(module, '__file__')])
`;

/** The same as it is sent: each piece on its own, indented by one blank a level. */
export const boardCode: string = source
  .trim()
  .replaceAll(/^ *#.*\n/gm, "")
  .replaceAll(/^( {4})+/gm, (indent) => " ".repeat(indent.length / 4));

/** What ends the name of a file that is being written, and of one that is complete and verified and takes its place next. */
export const unfinishedSuffix = ".slotscope-part";
export const finishedSuffix = ".slotscope-full";

/**
 * Makes a namespace on the target and a function that runs code in it. Both are reached by an entry of `sys.modules`
 * that no import can name, so that `__main__` keeps its own names. A former namespace is let go, its open files with it.
 *
 * The function takes code and then, after 0, bytes objects, or, after a step, twice the length of each, which it reads
 * from standard input: it asks for each step by the mark and `?`. One more than twice the length says that ESC 1 stands
 * for ctrl-C, which would interrupt, and ESC 2 for ESC. Then come the mark and `#`, the code's output, the mark with `=`
 * and the result or with `!` and the exception, and the mark with a dot.
 */
export const namespaceCode: string = String.raw`
import sys, gc
def open_namespace(mark):
    names = {'__name__': 'slotscope'}
    out = sys.stdout.write
    def take(count, step):
        block = bytearray(count >> 1)
        view = memoryview(block)
        at = 0
        while at < len(block):
            out(mark + '?')
            at += sys.stdin.buffer.readinto(view[at:at + step])
        view = None
        block = bytes(block)
        if count & 1:
            block = block.replace(b'\x1b\x01', b'\x03').replace(b'\x1b\x02', b'\x1b')
        return block
    def run(code, step, *data):
        try:
            names['data'] = tuple([take(count, step) for count in data]) if step else data
            names['result'] = ''
            data = None
            out(mark + '#')
            exec(code, names)
            out(mark + '=')
            out(names['result'])
        except BaseException as error:
            out('%s!%s %r\n' % (mark, type(error).__name__, str(error)))
            sys.print_exception(error)
        names['data'] = names['result'] = None
        out(mark + '.')
    return run
sys.modules.pop('.slotscope-files', None)
gc.collect()
`
  .trim()
  .replaceAll(/^( {4})+/gm, (indent) => " ".repeat(indent.length / 4));

/** Reaches the function that `namespaceCode` makes. */
export const namespaceEntry = "__import__('sys').modules['.slotscope-files']";
