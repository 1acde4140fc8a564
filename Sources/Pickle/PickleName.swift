/// A name that a pickle may use, and what it stands for. Nothing of it is ever called.
package struct PickleName: Equatable {
    /// What using a name as a function or class makes.
    package enum Meaning: Equatable {
        /// `numpy…multiarray._reconstruct`: an array that its state fills.
        case reconstruct
        /// `numpy.dtype`
        case elementType
        /// `numpy…multiarray.scalar`: one number.
        case scalar
        /// `numpy…numeric._frombuffer`: an array over bytes.
        case fromBuffer
        /// `copyreg._reconstructor` and `__newobj__`: an instance of the class that is its first argument.
        case makeInstance
        /// `_codecs.encode`: bytes spelt as text.
        case encode
        case list, dict, set, tuple, bytes
        /// `joblib.numpy_pickle.NumpyArrayWrapper`: an array whose bytes follow in the file.
        case arrayWrapper
        /// A class whose instances are kept as class name and state.
        case instance
        /// A type that is named as a value (`numpy.float64`), never used.
        case value
    }

    /// The module that the pickle names.
    package let module: String
    let name: String
    /// What may be made of it.
    package let meaning: Meaning

    /// Module and name.
    package var full: String { "\(module).\(name)" }

    /// Looks a name up in the list of those that a model may use; nil for every other.
    init?(module: String, name: String) {
        self.module = module
        self.name = name
        if let meaning = PickleName.known["\(module) \(name)"] {
            self.meaning = meaning
        } else if PickleName.isFunction(module: module, name: name) {
            meaning = .value
        } else if PickleName.isEstimator(module: module, name: name) || PickleName.isLoss(module: module, name: name) {
            meaning = .instance
        } else {
            return nil
        }
    }

    /// Any name, where a pickle is only looked at: what is not known makes instances that keep what they are given.
    init(anyModule module: String, name: String) {
        self = PickleName(module: module, name: name) ?? PickleName(module: module, name: name, meaning: .instance)
    }

    private init(module: String, name: String, meaning: Meaning) {
        self.module = module
        self.name = name
        self.meaning = meaning
    }

    /// scikit-learn's compiled losses, which some versions name without their package.
    private static func isLoss(module: String, name: String) -> Bool {
        module == "_loss" && (name.hasPrefix("Cy") || name.hasPrefix("__pyx_unpickle_Cy"))
    }

    /// Packages whose classes may stand in a pickle.
    private static let estimatorPackages: Set<Substring> = ["sklearn", "xgboost", "lightgbm", "catboost"]

    /// Those packages' own classes: which of them are understood is the estimator table's business.
    private static func isEstimator(module: String, name: String) -> Bool {
        if name.utf8.contains(UInt8(ascii: ".")) { return false }
        // What a random search drew from is kept, never drawn from.
        if module.hasPrefix("scipy.stats.") { return true }
        return estimatorPackages.contains(module.prefix { $0 != "." })
    }

    /// Where numpy's functions live, by its version.
    private static let functionModules = [
        "numpy", "numpy.core._multiarray_umath", "numpy._core._multiarray_umath", "numpy.core.umath",
    ]

    private static func isFunction(module: String, name: String) -> Bool {
        functionModules.contains(module) && (poolings.contains(name) || functions.contains(name))
    }

    private static let known: [String: Meaning] = {
        var table: [String: Meaning] = [
            "numpy ndarray": .value, "numpy dtype": .elementType,
            "copyreg _reconstructor": .makeInstance, "copy_reg _reconstructor": .makeInstance,
            "copyreg __newobj__": .makeInstance, "copy_reg __newobj__": .makeInstance,
            "_codecs encode": .encode,
            "collections OrderedDict": .dict, "collections defaultdict": .dict,
            "joblib.numpy_pickle NumpyArrayWrapper": .arrayWrapper,
            "sklearn.externals.joblib.numpy_pickle NumpyArrayWrapper": .arrayWrapper,
            "numpy.random._mt19937 MT19937": .instance, "numpy.random._pcg64 PCG64": .instance,
            "numpy.random.bit_generator __pyx_unpickle_SeedSequence": .instance,
            "numpy.random.bit_generator SeedSequence": .instance,
            "functools partial": .instance,
            "sklearn.utils Bunch": .dict, "sklearn.utils._bunch Bunch": .dict,
            // Tables of a search's results: kept as they are, nothing needs their numbers.
            "numpy.ma.core _mareconstruct": .instance,
            "numpy.ma.core MaskedArray": .value, "numpy.ma MaskedArray": .value,
        ]
        for core in ["numpy.core", "numpy._core"] {
            table["\(core).multiarray _reconstruct"] = .reconstruct
            table["\(core).multiarray scalar"] = .scalar
            table["\(core).numeric _frombuffer"] = .fromBuffer
        }
        for builtins in ["builtins", "__builtin__"] {
            table["\(builtins) set"] = .set
            table["\(builtins) frozenset"] = .set
            table["\(builtins) list"] = .list
            table["\(builtins) dict"] = .dict
            table["\(builtins) tuple"] = .tuple
            table["\(builtins) bytes"] = .bytes
            table["\(builtins) bytearray"] = .bytes
            table["\(builtins) slice"] = .instance
            for type in ["object", "int", "float", "str", "bool", "complex"] { table["\(builtins) \(type)"] = .value }
        }
        for type in [
            "bool", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intc",
            "longlong",
            "float16", "float32", "float64", "str_", "bytes_", "object_",
        ] {
            table["numpy \(type)"] = .value
        }
        for kind in ["csr", "csc", "dia"] {
            table["scipy.sparse._\(kind) \(kind)_matrix"] = .instance
            table["scipy.sparse._\(kind) \(kind)_array"] = .instance
            table["scipy.sparse.\(kind) \(kind)_matrix"] = .instance
        }
        // Names of a data frame's columns, which scikit-learn 0.24 keeps beside its own list of them.
        table["pandas.core.indexes.base _new_Index"] = .instance
        for (home, name) in [("base", "Index"), ("range", "RangeIndex"), ("numeric", "Int64Index")] {
            table["pandas.core.indexes.\(home) \(name)"] = .value
        }
        for home in ["scipy.interpolate._bsplines", "scipy.interpolate.bsplines", "scipy.interpolate"] {
            table["\(home) BSpline"] = .instance
        }
        table["scipy._lib.array_api_compat.numpy._aliases asarray"] = .value
        table["scipy._lib.array_api_compat.numpy asarray"] = .value
        for maker in ["__randomstate_ctor", "__bit_generator_ctor", "__generator_ctor"] {
            table["numpy.random._pickle \(maker)"] = .instance
        }
        return table
    }()

    /// numpy's functions of several numbers that a FeatureAgglomeration may name.
    private static let poolings = ["mean", "median", "max", "min", "amax", "amin", "sum"]

    /// numpy's functions of one number that a FunctionTransformer may name.
    static let functions: Set<String> = [
        "absolute", "fabs", "negative", "positive", "square", "reciprocal", "sign", "sqrt", "cbrt", "exp", "exp2",
        "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
        "tanh", "arcsinh", "arccosh", "arctanh", "floor", "ceil", "trunc", "rint", "deg2rad", "radians", "rad2deg",
        "degrees", "isfinite", "isnan", "isinf", "conjugate", "nan_to_num", "around", "round", "round_",
    ]
}
