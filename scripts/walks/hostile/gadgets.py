"""Names that run something when a pickle calls them, and what they would be called with.

A line is a name and its arguments in Python, with these holes: {C} a file that must not be made, {V} one that must not
go, {P} a port that must not be called, {F} a folder with a script `tool.py`, a module `tooled`, a pickle `inner.pkl` and
an array `inner.npy`, each of which makes {C}.
"""

TABLE = """
os.system 'touch {C}'
posix.system 'touch {C}'
nt.system 'touch {C}'
os.popen 'touch {C}'
os.execv '/bin/touch', ['touch', '{C}']
os.execvp 'touch', ['touch', '{C}']
os.execlp 'touch', 'touch', '{C}'
posix.execv '/bin/touch', ['touch', '{C}']
os.spawnlp 0, 'touch', 'touch', '{C}'
os.spawnvp 0, 'touch', ['touch', '{C}']
os.posix_spawn '/bin/touch', ['touch', '{C}'], {}
os.posix_spawnp 'touch', ['touch', '{C}'], {}
os.open '{C}', 66
posix.open '{C}', 66
os.mkdir '{C}'
os.makedirs '{C}'
os.mkfifo '{C}'
os.symlink '/etc/passwd', '{C}'
os.link '{V}', '{C}'
os.rename '{V}', '{C}'
os.replace '{V}', '{C}'
os.remove '{V}'
os.unlink '{V}'
posix.unlink '{V}'
os.truncate '{V}', 0
os.chmod '{V}', 0
os.putenv 'LD_PRELOAD', '{C}'
os.kill 0, 0
os.abort
os._exit 7
posix._exit 7
os.fork
os.forkpty
os.chdir '/'
os.setuid 1
subprocess.Popen ['touch', '{C}']
subprocess.call ['touch', '{C}']
subprocess.run ['touch', '{C}']
subprocess.check_call ['touch', '{C}']
subprocess.check_output ['touch', '{C}']
subprocess.getoutput 'touch {C}'
subprocess.getstatusoutput 'touch {C}'
_posixsubprocess.fork_exec ['touch', '{C}']
builtins.eval "open('{C}', 'w')"
builtins.exec "open('{C}', 'w')"
builtins.open '{C}', 'w'
builtins.compile "open('{C}', 'w')", 'x', 'exec'
builtins.__import__ 'tooled'
builtins.getattr 1, '__class__'
builtins.setattr 1, 'a', 2
builtins.delattr 1, 'a'
builtins.input 'x'
builtins.breakpoint
builtins.globals
builtins.vars
builtins.type 'Made', (), {}
builtins.map print, []
builtins.print 'x'
builtins.help 'os'
builtins.memoryview b'x'
builtins.range 10000000000
builtins.super
builtins.property
builtins.classmethod 1
__builtin__.eval "open('{C}', 'w')"
__builtin__.execfile '{F}/tool.py'
__builtin__.file '{C}', 'w'
__builtin__.apply 1
io.open '{C}', 'w'
io.FileIO '{C}', 'w'
io.open_code '{F}/tool.py'
_io.open '{C}', 'w'
_io.FileIO '{C}', 'w'
_pyio.open '{C}', 'w'
codecs.open '{C}', 'w'
codecs.lookup 'tooled'
pathlib.Path.touch '{C}'
pathlib.PosixPath '{C}'
tempfile.mkdtemp 'x', 'y', '{F}'
shutil.copy '{V}', '{C}'
shutil.copyfile '{V}', '{C}'
shutil.move '{V}', '{C}'
shutil.rmtree '{F}/folder'
shutil.make_archive '{C}', 'tar', '{F}'
shutil.unpack_archive '{F}/inner.tar', '{C}'
zipfile.ZipFile '{C}', 'w'
tarfile.open '{C}', 'w'
gzip.open '{C}', 'w'
gzip.GzipFile '{C}', 'w'
bz2.open '{C}', 'w'
lzma.open '{C}', 'w'
sqlite3.connect '{C}'
dbm.open '{C}', 'c'
dbm.dumb.open '{C}', 'c'
shelve.open '{C}'
mmap.mmap -1, 1000000000000
importlib.import_module 'tooled'
importlib.__import__ 'tooled'
importlib.reload 1
importlib._bootstrap._gcd_import 'tooled'
importlib.util.spec_from_file_location 'x', '{F}/tool.py'
importlib.machinery.SourceFileLoader 'x', '{F}/tool.py'
imp.load_source 'x', '{F}/tool.py'
imp.load_dynamic 'x', '{F}/x.so'
zipimport.zipimporter '{F}/x.zip'
pkgutil.resolve_name 'tooled'
pkgutil.get_loader 'tooled'
pydoc.locate 'tooled'
pydoc.importfile '{F}/tool.py'
pydoc.pipepager 'x', 'touch {C}'
pydoc.tempfilepager 'x', 'touch {C}'
runpy.run_path '{F}/tool.py'
runpy.run_module 'tooled'
runpy._run_code "open('{C}', 'w')", {}
runpy._run_module_as_main 'tooled'
pty.spawn ['touch', '{C}']
pty.fork
ctypes.CDLL None
ctypes.PyDLL None
ctypes.cdll.LoadLibrary 'libc.so.6'
ctypes.string_at 0
ctypes.memmove 8, 8, 8
ctypes.cast 8, None
ctypes.util.find_library 'c'
_ctypes.dlopen 'libc.so.6', 0
_ctypes.call_function 8, ()
cffi.FFI
marshal.loads b'N'
marshal.load None
types.FunctionType None, {}
types.CodeType 0, 0, 0, 0, 0, 0, b'', (), (), (), '', '', 0, b''
types.LambdaType None, {}
types.MethodType 1, 2
types.ModuleType 'x'
types.SimpleNamespace
types.coroutine 1
code.InteractiveInterpreter
code.InteractiveConsole
code.interact
codeop.compile_command "open('{C}', 'w')"
cProfile.run "open('{C}', 'w')"
cProfile.runctx "open('{C}', 'w')", {}, {}
profile.run "open('{C}', 'w')"
profile.Profile.run "open('{C}', 'w')"
profile.Profile.runctx None, "open('{C}', 'w')", {}, {}
timeit.timeit "open('{C}', 'w')", 'pass', None, 1
timeit.repeat "open('{C}', 'w')"
timeit.main ["open('{C}', 'w')"]
pdb.run "open('{C}', 'w')"
pdb.runeval "open('{C}', 'w')"
bdb.Bdb.run None, "open('{C}', 'w')"
trace.Trace.run None, "open('{C}', 'w')"
doctest.debug_script "open('{C}', 'w')"
doctest.testfile '{F}/tool.py'
unittest.main
test.support.script_helper.assert_python_ok '-c', "open('{C}', 'w')"
idlelib.pyshell.ModifiedInterpreter
idlelib.autocomplete.AutoComplete.get_entity None, "open('{C}', 'w')"
idlelib.calltip.get_entity "open('{C}', 'w')"
lib2to3.pgen2.grammar.Grammar.loads None, b''
lib2to3.pgen2.pgen.ParserGenerator '{F}/tool.py'
ensurepip._run_pip ['--version'], []
venv.create '{C}'
pip._internal.main ['--version']
pip.main ['--version']
setuptools.sandbox.run_setup '{F}/tool.py', []
distutils.file_util.write_file '{C}', ['x']
distutils.spawn.spawn ['touch', '{C}']
functools.reduce 1, [2, 3]
functools.partialmethod 1
functools.singledispatch 1
functools.cmp_to_key 1
operator.attrgetter 'system'
operator.methodcaller 'system', 'touch {C}'
operator.itemgetter 0
operator.call 1
_operator.attrgetter 'system'
_operator.methodcaller 'system', 'touch {C}'
itertools.starmap 1, []
itertools.accumulate 1
itertools.repeat 1
_functools.reduce 1, [2, 3]
copyreg.__reduce_ex__ 1, 2
copyreg.add_extension 'os', 'system', 7
copyreg.pickle 1, 2
copyreg.__newobj_ex__ 1, (), {}
collections.namedtuple 'x', 'y'
collections.ChainMap {}
collections.Counter 'x'
collections.deque []
collections.UserDict {}
weakref.finalize 1, 2
threading.Thread None, None
threading.Timer 0, None
threading._start_new_thread None, ()
_thread.start_new_thread None, ()
multiprocessing.Process
multiprocessing.util.spawnv_passfds b'/bin/touch', [b'touch', b'{C}'], ()
multiprocessing.reduction.DupFd 1
multiprocessing.connection.Client ('127.0.0.1', {P})
multiprocessing.managers.BaseManager
concurrent.futures.ProcessPoolExecutor
asyncio.run None
asyncio.subprocess.create_subprocess_shell 'touch {C}'
asyncio.unix_events._UnixSubprocessTransport
sched.scheduler
atexit.register 1
atexit._run_exitfuncs
signal.raise_signal 9
signal.signal 15, 1
signal.alarm 1
signal.pthread_kill 0, 9
faulthandler._sigsegv
faulthandler.dump_traceback_later 1
sys.exit 7
sys.settrace 1
sys.setrecursionlimit 1
sys.setprofile 1
sys._getframe
sys.modules.pop 'os'
sys.breakpointhook
sys.path.insert 0, '{F}'
gc.get_objects
inspect.getattr_static 1, 'a'
ast.literal_eval '((((1))))'
ast.parse "open('{C}', 'w')"
dis.dis 1
symtable.symtable 'x', 'y', 'exec'
warnings.catch_warnings
contextlib.ExitStack
dataclasses.make_dataclass 'X', ['a']
enum.Enum 'X', 'a'
typing.get_type_hints 1
string.Formatter
platform.popen 'touch {C}'
platform._syscmd_file 'touch {C}'
commands.getoutput 'touch {C}'
popen2.popen2 'touch {C}'
os.path.exists '{C}'
webbrowser.open 'http://127.0.0.1:{P}/'
webbrowser._invoke ['touch', '{C}'], 0, 0
webbrowser.BackgroundBrowser 'touch'
antigravity.geohash 1, 2, b'x'
socket.socket
socket.create_connection ('127.0.0.1', {P})
socket.create_server ('127.0.0.1', 0)
socket.getaddrinfo 'localhost', {P}
_socket.socket
socketserver.TCPServer ('127.0.0.1', 0), None
ssl.get_server_certificate ('127.0.0.1', {P})
http.client.HTTPConnection '127.0.0.1', {P}
http.client.HTTPSConnection '127.0.0.1', {P}
http.server.HTTPServer ('127.0.0.1', 0), None
urllib.request.urlopen 'http://127.0.0.1:{P}/'
urllib.request.urlretrieve 'http://127.0.0.1:{P}/', '{C}'
urllib.urlopen 'http://127.0.0.1:{P}/'
urllib2.urlopen 'http://127.0.0.1:{P}/'
xmlrpc.client.ServerProxy 'http://127.0.0.1:{P}/'
ftplib.FTP '127.0.0.1'
smtplib.SMTP '127.0.0.1', {P}
poplib.POP3 '127.0.0.1', {P}
imaplib.IMAP4 '127.0.0.1', {P}
nntplib.NNTP '127.0.0.1', {P}
telnetlib.Telnet '127.0.0.1', {P}
requests.get 'http://127.0.0.1:{P}/'
requests.api.get 'http://127.0.0.1:{P}/'
httpx.get 'http://127.0.0.1:{P}/'
aiohttp.client.ClientSession
logging.FileHandler '{C}'
logging.config.fileConfig '{F}/tool.ini'
logging.config.dictConfig {}
logging.config.listen {P}
logging.handlers.SocketHandler '127.0.0.1', {P}
configparser.ConfigParser
xml.dom.minidom.parse '{F}/x.xml'
xml.sax.parse '{F}/x.xml', None
plistlib.loads b'x'
json.loads '[1]'
yaml.load "!!python/object/apply:os.system ['touch {C}']"
yaml.unsafe_load "!!python/object/apply:os.system ['touch {C}']"
pickle.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
pickle.load None
pickle.Unpickler None
_pickle.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
_pickle.Unpickler None
cPickle.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
dill.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
dill._dill._create_function None, {}
dill._dill._create_code 0
dill._dill._import_module 'tooled'
dill._dill._eval_repr "open('{C}', 'w')"
dill._dill._load_type 'CodeType'
cloudpickle.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
cloudpickle.cloudpickle._make_function None, {}
cloudpickle.cloudpickle._make_skel_func None, 0
cloudpickle.cloudpickle._builtin_type 'CodeType'
cloudpickle.cloudpickle._make_skeleton_class type, 'X', (), {}, None, None
cloudpickle.cloudpickle.subimport 'tooled'
cloudpickle.cloudpickle.dynamic_subimport 'x', {}
cloudpickle.cloudpickle._function_setstate 1, 2
joblib.load '{F}/inner.pkl'
joblib.numpy_pickle.load '{F}/inner.pkl'
joblib.numpy_pickle.NumpyUnpickler '{F}/inner.pkl', None
joblib.numpy_pickle_utils._read_fileobject None, '{F}/inner.pkl'
joblib.numpy_pickle_compat.ZNDArrayWrapper '{F}/inner.pkl', ()
joblib.numpy_pickle_compat.load_compatibility '{F}/inner.pkl'
joblib.parallel.Parallel 2
joblib.parallel.delayed 1
joblib.parallel.BatchedCalls [], None
joblib.memory.Memory '{C}'
joblib.memory.MemorizedFunc 1, '{C}'
joblib.func_inspect.get_func_code 1
joblib._store_backends.FileSystemStoreBackend
joblib._memmapping_reducer.reduce_array_memmap_backward 1
joblib._memmapping_reducer._strided_from_memmap '{V}', 'u1', 'w+', 0, 'C', (1,), None, None
joblib.externals.cloudpickle.loads b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
joblib.externals.cloudpickle.cloudpickle._make_function None, {}
joblib.externals.loky.process_executor.ProcessPoolExecutor 1
joblib.externals.loky.backend.popen_loky_posix.Popen None
joblib.externals.loky.cloudpickle_wrapper.CloudpickledObjectWrapper 1
sklearn.externals.joblib.load '{F}/inner.pkl'
numpy.load '{F}/inner.npy', None, True
numpy.save '{C}', [1]
numpy.savetxt '{C}', [1]
numpy.savez '{C}', [1]
numpy.fromfile '{V}'
numpy.loadtxt '{V}'
numpy.genfromtxt '{V}'
numpy.memmap '{C}', 'u1', 'w+', 0, (1,)
numpy.core.memmap '{C}', 'u1', 'w+', 0, (1,)
numpy.vectorize 1
numpy.frompyfunc 1, 1, 1
numpy.apply_along_axis 1, 0, [1]
numpy.fromfunction 1, (1,)
numpy.piecewise 1, 1, 1
numpy.fromiter [], 'f8'
numpy.zeros 1000000000000
numpy.ones (100000, 100000)
numpy.full 1000000000, 1
numpy.arange 1000000000000
numpy.empty (1000000, 1000000)
numpy.eye 1000000
numpy.tile [1], 1000000000
numpy.repeat 1, 1000000000
numpy.ndarray (1000000, 1000000)
numpy.array [1]
numpy.lib.npyio.load '{F}/inner.npy'
numpy.lib.npyio.NpzFile '{F}/inner.npz'
numpy.lib.npyio.DataSource '{C}'
numpy.lib._datasource.open 'http://127.0.0.1:{P}/'
numpy.lib.format.open_memmap '{C}', 'w+', 'u1', (1,)
numpy.lib.utils.safe_eval "open('{C}', 'w')"
numpy.testing._private.utils.runstring "open('{C}', 'w')", {}
numpy.testing.runstring "open('{C}', 'w')", {}
numpy.testing.measure "open('{C}', 'w')"
numpy.testing._private.utils.measure "open('{C}', 'w')"
numpy.testing.rundocs '{F}/tool.py'
numpy.testing.extbuild.build_and_import_extension 'x', []
numpy.testing._private.extbuild.build_and_import_extension 'x', []
numpy.f2py.compile 'x'
numpy.f2py.run_main ['x']
numpy.f2py.crackfortran.myeval "open('{C}', 'w')"
numpy.f2py.crackfortran.getlincoef "open('{C}', 'w')", ['x']
numpy.f2py.crackfortran.param_eval "open('{C}', 'w')", {}, {}
numpy.f2py.crackfortran._eval_scalar "open('{C}', 'w')", {}
numpy.f2py.crackfortran.param_parse 'x', {}
numpy.f2py.capi_maps.load_f2cmap_file '{F}/tool.py'
numpy.f2py.f2py_testing.run 1
numpy.f2py.diagnose.run
numpy.f2py.diagnose.run_command 'touch {C}'
numpy.distutils.exec_command.exec_command 'touch {C}'
numpy.distutils.exec_command._exec_command ['touch', '{C}']
numpy.distutils.cpuinfo.getoutput 'touch {C}'
numpy.distutils.cpuinfo.command_by_line 'touch {C}'
numpy.ctypeslib.load_library 'libc.so.6', '/'
numpy._core.records.fromfile '{V}'
numpy.core.multiarray.fromfile '{V}'
numpy.core.multiarray.frombuffer b'x'
numpy.core.multiarray.arange 1000000000000
numpy._core._internal._reconstruct 1
numpy.random._pickle.__legacy_ctor 'x'
numpy.testing.suppress_warnings
scipy.io.loadmat '{V}'
scipy.io.matlab.loadmat '{V}'
scipy.LowLevelCallable 1
scipy._lib._ccallback.LowLevelCallable.from_cython 1, 'x'
scipy._lib._util.rng_integers 1
scipy.weave.inline 'x'
scipy.optimize.minimize 1, 1
scipy.integrate.quad 1, 0, 1
scipy.misc.face
scipy.sparse.load_npz '{F}/inner.npz'
pandas.read_pickle '{F}/inner.pkl'
pandas.io.pickle.read_pickle '{F}/inner.pkl'
pandas.read_csv 'http://127.0.0.1:{P}/'
pandas.read_json 'http://127.0.0.1:{P}/'
pandas.read_html 'http://127.0.0.1:{P}/'
pandas.read_sql 'x', '{C}'
pandas.read_parquet '{V}'
pandas.eval "@pd.io.common.os.system('touch {C}')", 'pandas', 'python'
pandas.core.computation.eval.eval "__import__('os').system('touch {C}')", 'python', 'python'
pandas.core.frame.DataFrame.eval 1, 'x'
pandas.core.frame.DataFrame.query 1, 'x'
pandas.io.common.get_handle '{C}', 'w'
pandas.io.clipboard.copy 'x'
pandas.compat.pickle_compat.load None
pandas.core.internals.managers.BlockManager
pandas._libs.internals._unpickle_block 1, 2, 3
pandas.core.frame.DataFrame {}
pandas.core.series.Series []
pandas.core.indexes.base._new_Index 1, {}
torch.load '{F}/inner.pkl'
torch.save 1, '{C}'
torch.serialization.load '{F}/inner.pkl'
torch.storage._load_from_bytes b'cos\\nsystem\\n(Vtouch {C}\\ntR.'
torch.hub.load 'x', 'y'
torch.hub.load_state_dict_from_url 'http://127.0.0.1:{P}/'
torch.jit.load '{F}/inner.pkl'
torch.jit.unsupported_tensor_ops.execWrapper "open('{C}', 'w')", {}, {}
torch.ops.load_library 'libc.so.6'
torch.classes.load_library 'libc.so.6'
torch.utils.cpp_extension.load 'x', []
torch.utils.cpp_extension.load_inline 'x', []
torch.utils.collect_env.run 'touch {C}'
torch.utils.bottleneck.__main__.run_env_analysis
torch.utils._config_module.ConfigModule.load_config None, b''
torch.distributed.rpc.rpc_sync 'x', 1
torch.multiprocessing.spawn 1
torch._dynamo.guards.GuardBuilder.get None, "open('{C}', 'w')"
torch._inductor.codecache.compile_file 'x'
torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression None, "open('{C}', 'w')", []
torch.fx._symbolic_trace._assert_is_none 1, 2
torch.nn.modules.module.Module.apply 1, 2
torch._utils._rebuild_tensor_v2 1
torch._C._LegacyStorage
tensorflow.io.write_file '{C}', 'x'
tensorflow.io.read_file '{V}'
tensorflow.python.ops.script_ops.eager_py_func 1, [], 1
keras.models.load_model '{F}/inner.pkl'
keras.layers.Lambda 1
keras.src.layers.core.lambda_layer.Lambda 1
transformers.AutoModel.from_pretrained 'x'
xgboost.core.Booster.load_model None, '{V}'
lightgbm.basic.Booster None, None, '{V}'
lightgbm.basic._load_lib
catboost.core.CatBoost.load_model None, '{V}'
onnxruntime.InferenceSession '{V}'
mlflow.pyfunc.load_model '{F}'
mlflow.sklearn.load_model '{F}'
mlflow.pyfunc._load_model_code_path '{F}'
statsmodels.iolib.smpickle.load_pickle '{F}/inner.pkl'
gensim.utils.unpickle '{F}/inner.pkl'
nltk.data.load '{F}/inner.pkl'
spacy.util.load_model 'x'
networkx.read_gpickle '{F}/inner.pkl'
django.core.management.call_command 'shell'
flask.Flask 'x'
jinja2.Template '{{{{7}}}}'
IPython.start_ipython
matplotlib.cbook.get_sample_data 'x'
sympy.sympify "open('{C}', 'w')"
numexpr.evaluate "open('{C}', 'w')"
numba.core.serialize._unpickle__CustomPickled b''
cython.inline 'x'
ray.cloudpickle.loads b''
dask.config.deserialize 'x'
distributed.protocol.pickle.loads b''
fsspec.open 'http://127.0.0.1:{P}/'
smart_open.open 'http://127.0.0.1:{P}/'
boto3.client 's3'
paramiko.ProxyCommand 'touch {C}'
fabric.Connection 'x'
pexpect.spawn 'touch {C}'
sh.Command 'touch'
plumbum.cmd.touch '{C}'
__main__.main
__mp_main__.main
site.execsitecustomize
site.addpackage '{F}', 'x.pth', None
sysconfig._init_posix {}
bsddb.btopen '{C}', 'c'
crypt.crypt 'x'
nis.cat 'x', 'y'
linecache.getlines '{V}'
fileinput.input ['{V}']
glob.glob '/*'
fcntl.ioctl 0, 0
resource.setrlimit 0, (0, 0)
readline.read_init_file '{V}'
rlcompleter.Completer.attr_matches None, 'x.y'
tkinter.Tk
turtle.Screen
curses.initscr
wsgiref.simple_server.make_server '', 0, 1
cgi.test
cgitb.handler
uuid._get_command_stdout 'touch', '{C}'
uuid.getnode
getpass.getuser
netrc.netrc '{V}'
mailcap.subst 'x', 'y'
email.message_from_file 1
random._test
"""


def gadgets():
    """Module, name and arguments of each, the holes still in them."""
    for line in TABLE.strip().splitlines():
        called, _, arguments = line.partition(" ")
        parts = called.split(".")
        # A member of a class is a dotted name in the class's module.
        inner = 2 if len(parts) > 2 and parts[-2][0].isupper() else 1
        yield ".".join(parts[:-inner]), ".".join(parts[-inner:]), arguments


def filled(arguments, bait):
    """The arguments as a tuple, with the bait in the holes."""
    for hole, value in {"{C}": bait.canary, "{V}": bait.victim, "{P}": str(bait.port), "{F}": bait.folder}.items():
        arguments = arguments.replace(hole, value)
    # The names that stand in the table as they are.
    return eval(f"({arguments},)" if arguments else "()", {"print": None, "type": None})
