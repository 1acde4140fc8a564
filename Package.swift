// swift-tools-version: 6.2
import PackageDescription

/// `make fuzz` builds the rooms with libFuzzer's counters and the address sanitizer, and the program that runs them.
let isFuzzing = Context.environment["FUZZ"] == "1"

/// Looks of the runtime at who else is at a property, at each access, are a quarter of what a request costs. Debug builds, and the
/// fuzzers', have them all.
let exclusivity: [SwiftSetting] =
    isFuzzing ? [] : [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// A replica is this program started anew: nobody looks its symbols up, and what the loader has to mend at each start is packed.
let quickStart = [
    "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
]

/// What every room is compiled with: today's strictest Swift, and no warning left standing.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .treatAllWarnings(as: .error),
    ] + exclusivity + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : [])

/// A room: one target with the rooms it may look into, and its tests beside it.
///
/// - Parameters:
///   - tests: what the tests look into besides.
///   - hasTests: false where the tests of a room below, which puts it to use, are its tests.
func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    tests: [Target.Dependency] = [],
    archives: [String] = [],
    hasTests: Bool = true
) -> [Target] {
    let tests: [Target] =
        !hasTests
        ? []
        : [
            .testTarget(
                name: "\(name)Tests",
                dependencies: dependencies + tests + [.target(name: name), "TestKit"],
                resources: [.copy("Fixtures")],
                swiftSettings: settings
            )
        ]
    return [
        .target(
            name: name,
            dependencies: dependencies,
            swiftSettings: settings,
            linkerSettings: archives.map { .unsafeFlags(["-Xlinker", "-l:lib\($0).a"]) }
        )
    ] + tests
}

/// A C library from Debian; the archive is named by the room that uses it, so that a replica loads nothing at start.
func library(_ name: String, package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", providers: [.apt([package])])
}

let libraries: [Target] = [
    library("CSQLite", package: "libsqlite3-dev"),
    library("CYAML", package: "libyaml-dev"),
    library("COpenSSL", package: "libssl-dev"),
    library("CNGHTTP2", package: "libnghttp2-dev"),
    library("CZlib", package: "zlib1g-dev"),
    library("CBZip2", package: "libbz2-dev"),
    library("CLZMA", package: "liblzma-dev"),
    library("CExpat", package: "libexpat1-dev"),
    library("CPCRE2", package: "libpcre2-dev"),
    .target(name: "CLanes"),
    .target(name: "CLinux"),
    .target(name: "CData", exclude: ["data"]),
    .target(name: "CONNXRuntime"),
]

// Floors: a room looks only into rooms above its line.
let rooms: [Target] =
    room("Base", ["CLinux", "CYAML"], archives: ["yaml"])
    + room(
        "Net",
        ["Base", "CLinux", "COpenSSL", "CNGHTTP2", "CZlib"],
        archives: ["ssl", "crypto", "nghttp2", "z"]
    )
    + room("GJSON", ["CLinux"], tests: ["Base"])
    + room("Prediction", ["Base", "CLanes"])
    + room("ONNX", ["Base", "CLinux", "CONNXRuntime", "Prediction"])
    + room("Trees", ["Base", "Prediction"], hasTests: false)
    + room("Boosters", ["Base", "Prediction", "Trees"])
    + room(
        "Pickle",
        ["Base", "CBZip2", "CData", "CLZMA", "CZlib", "Prediction"],
        archives: ["z", "bz2", "lzma"],
        hasTests: false
    )
    + room("Sklearn", ["Base", "Pickle", "Prediction"], hasTests: false)
    + room("SklearnEstimators", ["Base", "Pickle", "Prediction", "Sklearn"], hasTests: false)
    + room("SklearnTrees", ["Base", "Boosters", "Pickle", "Prediction", "Sklearn", "Trees"], hasTests: false)
    + room("SklearnTransformers", ["Base", "Pickle", "Prediction", "Sklearn"], hasTests: false)
    + room(
        "SklearnText",
        ["Base", "CData", "CPCRE2", "Pickle", "Prediction", "Sklearn", "SklearnTransformers"],
        archives: ["pcre2-8"],
        hasTests: false
    )
    + room(
        "SklearnMeta",
        [
            "Base", "Pickle", "Prediction", "Sklearn", "SklearnEstimators", "SklearnTransformers", "SklearnTrees",
            "Trees",
        ],
        hasTests: false
    )
    + room("PMML", ["CExpat", "CLinux", "Prediction", "Trees"], archives: ["expat"])
    + room(
        "Models",
        [
            "Base", "Boosters", "CData", "CLinux", "ONNX", "PMML", "Pickle", "Prediction", "Sklearn",
            "SklearnEstimators",
            "SklearnMeta", "SklearnText", "SklearnTransformers", "SklearnTrees", "Trees",
        ]
    )
    + room("KubeModel", ["Base", "CData", "CPCRE2"], archives: ["pcre2-8"])
    + room("Scaling", ["Base", "KubeModel"])
    + room("Statistics", ["Base", "CLanes"])
    + room("Simulation", ["Base", "KubeModel", "Scaling"])
    + room("KubeKinds", ["Base", "KubeModel", "CData"])
    + room("KServeModel", ["Base", "KubeModel", "CData"])
    + room("KubeClient", ["Base", "KubeModel", "Net"])
    + room(
        "APIServer",
        ["Base", "KubeModel", "KubeKinds", "KubeClient", "Net", "COpenSSL", "CSQLite", "CLinux"],
        archives: ["sqlite3"]
    )
    + room("GRPC", ["Base", "Net", "CData", "CLinux", "CZlib"], tests: ["CNGHTTP2"], archives: ["z"])
    + room("Telemetry", ["Base", "CLinux", "GRPC", "Net"])
    + room("Agent", ["Base", "CLinux", "GJSON", "Net", "Telemetry"])
    + room("Graph", ["Base", "GJSON", "KubeModel", "Net", "Telemetry"])
    + room("Python", ["Base", "CData", "CLinux", "Prediction"])
    + room(
        "ModelServer",
        [
            "Base", "CData", "CLinux", "GRPC", "Models", "Net", "Prediction", "Python", "Statistics", "Telemetry",
        ]
    )
    + room("MetricsServer", ["Base", "KubeModel", "KubeClient", "Net"], tests: ["APIServer", "KubeKinds"])
    + room("StateMetrics", ["Base", "KServeModel", "KubeClient", "KubeModel"])
    + room(
        "Controllers",
        ["Base", "Graph", "KServeModel", "KubeClient", "KubeModel"],
        tests: ["APIServer", "KubeKinds"]
    )
    + room(
        "Serverless",
        ["Base", "CData", "KServeModel", "KubeClient", "KubeModel", "Scaling"],
        tests: ["APIServer", "KubeKinds"]
    )
    + room(
        "Experiments",
        ["Base", "KubeModel", "KServeModel", "KubeClient", "Statistics"],
        tests: ["APIServer", "KubeKinds"]
    )
    + room(
        "Drift",
        ["Base", "CZlib", "KubeModel", "KServeModel", "KubeClient", "Net", "Statistics"],
        tests: ["APIServer", "KubeKinds", "ModelServer"],
        archives: ["z"]
    )
    + room("Workloads", ["Base", "KubeModel", "KubeClient", "Scaling"], tests: ["APIServer", "KubeKinds"])
    + room(
        "Autoscaler",
        ["Base", "CData", "KubeModel", "KubeClient", "Scaling"],
        tests: ["APIServer", "KubeKinds"]
    )
    + room("Keda", ["Base", "CData", "KubeModel", "KubeClient"], tests: ["APIServer", "KubeKinds"])
    + room("Kubelet", ["Base", "KubeModel", "Net", "CLinux", "CZlib", "CData"], archives: ["z"])
    + room("Node", ["Base", "KubeModel", "KubeClient", "Net", "Kubelet", "CLinux"])
    + room(
        "Gateway",
        ["Base", "KubeModel", "KubeClient", "Net", "Scaling", "Statistics", "Telemetry", "CPCRE2"],
        archives: ["pcre2-8"]
    )
    + room(
        "CLI",
        [
            "Base", "Net", "Models", "Prediction", "KubeModel", "KubeKinds", "KServeModel", "KubeClient", "APIServer",
            "ModelServer", "MetricsServer", "Controllers", "Serverless", "Drift", "Experiments", "Statistics",
            "Workloads", "Autoscaler", "Keda", "Scaling", "StateMetrics",
            "Simulation", "Node", "Gateway", "Graph", "Agent", "ONNX", "Telemetry", "CLinux", "CData",
        ]
    )

// What must bear bytes from outside: one target of the fuzzer a file, replayed over its seeds by the tests.
let fuzzing: [Target] =
    [
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Agent", "Base", "CLinux", "GJSON", "Graph", "GRPC", "ModelServer", "Models", "Net", "ONNX", "PMML",
                "Prediction", "Telemetry",
            ],
            path: "Fuzz/Targets",
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTargetsTests",
            dependencies: ["Base", "FuzzTargets"],
            path: "Fuzz",
            exclude: ["Main", "Targets"],
            sources: ["Replay"],
            resources: [.copy("Corpus")],
            swiftSettings: settings
        ),
    ]
    + (!isFuzzing
        ? []
        : [
            .executableTarget(
                name: "fuzz",
                dependencies: ["FuzzTargets", "CLinux"],
                path: "Fuzz/Main",
                swiftSettings: settings + [
                    .enableExperimentalFeature("Extern"), .unsafeFlags(["-parse-as-library"]),
                ],
                linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
            )
        ])

let package = Package(
    name: "roost",
    targets: libraries + rooms + fuzzing + [
        .target(name: "TestKit", dependencies: ["Base", "CLinux"], path: "Tests/TestKit", swiftSettings: settings),
        .executableTarget(
            name: "roost",
            dependencies: ["CLI"],
            swiftSettings: settings,
            // Only the program carries the runtime inside itself; tests need the toolchain's own to load Testing.
            linkerSettings: [.unsafeFlags(["-static-stdlib", "-Xlinker", "--gc-sections"] + quickStart)]
        ),
    ],
    swiftLanguageModes: [.v6]
)
