/// How the containers of an image are run on this node.
package enum ImagePlan: Equatable, Sendable {
    /// By a program of Roost's own: its path and first arguments; the container's arguments follow.
    case native([String])
    /// By a program of Roost's own within the node's process; its verb.
    case resident(String)
    /// The container's command is a program of the machine.
    case host
    /// By a program of the machine that stands for the image and its command: path and first arguments.
    case program([String])
    /// By a container engine.
    case engine

    /// Whether a program of Roost's own runs.
    var isOwn: Bool {
        switch self {
        case .native, .resident: true
        case .host, .program, .engine: false
        }
    }
}

/// The images that need no container engine: Roost's own servers under upstream's names, programs of the machine, and
/// those that the node is told of.
package struct NativeImages: Sendable {
    /// The image whose containers run programs of the machine.
    package static let host = "roost.dev/host"

    /// The verb of the `roost` program that stands behind each repository.
    private static let verbs: [String: [String]] = [
        "roost.dev/model-server": ["model-server"],
        "kserve/sklearnserver": ["model-server"],
        "kserve/xgbserver": ["model-server"],
        "kserve/lgbserver": ["model-server"],
        "kserve/pmmlserver": ["model-server"],
        "kserve/predictiveserver": ["model-server"],
        "seldonio/mlserver": ["model-server"],
        "kserve/router": ["router"],
        "kserve/agent": ["agent"],
    ]

    private let program: String
    private let programs: [String: [String]]
    private let residents: Set<String>

    /// - Parameters:
    ///   - program: path of the running `roost` program.
    ///   - programs: what stands for images of these names on this machine.
    ///   - residents: the verbs that run within this process.
    package init(program: String, programs: [String: [String]] = [:], residents: Set<String> = []) {
        self.program = program
        self.residents = residents
        self.programs = .init(
            programs.map { (NativeImages.repository(of: $0.key), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// A command of the container's own is meant for what is inside the image, so that only an engine can run it.
    ///
    /// - Parameter wantsProcess: whether the pod asks for processes of its own.
    package func plan(image: String, command: [String], wantsProcess: Bool = false) -> ImagePlan {
        let repository = NativeImages.repository(of: image)
        if let words = programs[repository] { return .program(words) }
        if repository == NativeImages.host { return .host }
        guard command.isEmpty, let verb = NativeImages.verbs[repository] else { return .engine }
        if let name = verb.first, residents.contains(name), !wantsProcess { return .resident(name) }
        return .native([program] + verb)
    }

    /// `docker.io/seldonio/mlserver:1.7.1` is `seldonio/mlserver`: no default registry, no tag, no digest.
    package static func repository(of image: String) -> String {
        var name = Substring(image)
        if let at = name.firstIndex(of: "@") { name = name[..<at] }
        let lastPart = name.lastIndex(of: "/") ?? name.startIndex
        if let colon = name[lastPart...].firstIndex(of: ":") { name = name[..<colon] }
        for registry in ["docker.io/", "index.docker.io/"] where name.hasPrefix(registry) {
            name = name.dropFirst(registry.count)
        }
        if name.hasPrefix("library/") { name = name.dropFirst("library/".count) }
        return String(name)
    }
}
