"""Reads pickles into a graph of plain values and writes them again, without the libraries that they name."""

import io
import pickle
import struct


class Name:
    """Something importable."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def __call__(self, *arguments):
        return Made(self, arguments, isNew=False)

    def __repr__(self):
        return f"{self.module}.{self.name}"


class Made:
    """An object: what was called, with what, and the state and items that it was given."""

    def __init__(self, callee, arguments, isNew):
        self.callee, self.arguments, self.isNew = callee, arguments, isNew
        self.state, self.listed, self.pairs = None, [], []

    def __setstate__(self, state):
        self.state = state

    def append(self, item):
        self.listed.append(item)

    def extend(self, items):
        self.listed += items

    def __setitem__(self, key, item):
        self.pairs.append((key, item))

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other

    @property
    def isArray(self):
        return self.callee.name == "_reconstruct" and isinstance(self.state, tuple) and len(self.state) == 5


class Reader(pickle._Unpickler):
    dispatch = dict(pickle._Unpickler.dispatch)

    def find_class(self, module, name):
        return Name(module, name)

    def load_newobj(self):
        arguments = self.stack.pop()
        self.stack.append(Made(self.stack.pop(), arguments, isNew=True))

    dispatch[pickle.NEWOBJ[0]] = load_newobj


class Writer(pickle._Pickler):
    dispatch = dict(pickle._Pickler.dispatch)

    def save_name(self, name):
        if self.proto >= 4:
            self.save(name.module)
            self.save(name.name)
            self.write(pickle.STACK_GLOBAL)
        else:
            self.write(pickle.GLOBAL + f"{name.module}\n{name.name}\n".encode())
        self.memoize(name)

    def save_made(self, made):
        if made.isNew and self.proto >= 2:
            self.save(made.callee)
            self.save(made.arguments)
            self.write(pickle.NEWOBJ)
        elif made.isNew:
            # What older protocols say instead.
            self.save(Name("copy_reg", "_reconstructor"))
            self.save((made.callee, Name("__builtin__", "object"), None))
            self.write(pickle.REDUCE)
        else:
            self.save(made.callee)
            self.save(made.arguments)
            self.write(pickle.REDUCE)
        self.memoize(made)
        if made.listed:
            self._batch_appends(made.listed)
        if made.pairs:
            self._batch_setitems(made.pairs)
        if made.state is not None:
            self.save(made.state)
            self.write(pickle.BUILD)

    dispatch[Name] = save_name
    dispatch[Made] = save_made


def read(content):
    return Reader(io.BytesIO(content)).load()


def write(root, protocol=4):
    held = io.BytesIO()
    Writer(held, protocol).dump(root)
    return held.getvalue()


def walk(root):
    """Every object and container of a graph once, with the way to it; no recursion, however deep it lies."""
    seen, left = set(), [((), root)]
    while left:
        path, item = left.pop()
        if id(item) in seen or not isinstance(item, (Made, dict, list, tuple)):
            continue
        seen.add(id(item))
        yield path, item
        if isinstance(item, Made):
            left.append((path, item.state))
            left += [(path + (key,), part) for key, part in item.pairs]
            left += [(path + (index,), part) for index, part in enumerate(item.listed)]
        elif isinstance(item, dict):
            left += [(path + (key,), part) for key, part in item.items()]
        else:
            left += [(path + (index,), part) for index, part in enumerate(item)]


def array(code, shape, content, listed=False):
    """A numpy array as pickles hold it; of objects where `listed`."""
    element = Made(Name("numpy", "dtype"), (code, False, True), isNew=False)
    element.state = (3, "|" if listed else "<", None, None, None, -1, -1, 63 if listed else 0)
    made = Made(Name("numpy._core.multiarray", "_reconstruct"), (Name("numpy", "ndarray"), (0,), b"b"), isNew=False)
    made.state = (1, tuple(shape), element, False, content)
    return made


def doubles(*numbers):
    return array("f8", (len(numbers),), struct.pack(f"<{len(numbers)}d", *numbers))


def estimator(module, name, **members):
    """An estimator of scikit-learn with these members."""
    made = Made(Name(module, name), (), isNew=True)
    made.state = {**members, "_sklearn_version": "1.9.1"}
    return made
