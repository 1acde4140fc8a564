import Net

/// Which of a model server's paths a request means.
enum Route: Equatable {
    case alive
    case metrics
    // Version 1 of the protocol
    case models
    case model(String)
    case predict(String)
    case explain(String)
    // Version 2, the Open Inference Protocol
    case server
    case live
    case ready
    case metadata(String)
    case modelReady(String)
    case infer(String)
    case versioned(HTTPMethod)
    // The model repository extension of version 2
    case index
    case load(String)
    case unload(String)
    // Watching for monitors
    case watch(WatchPath, HTTPMethod)
    case unknown

    /// Reads a decoded path. What a path means depends on the method where an action is part of the model's name.
    init(path: String, method: HTTPMethod) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (parts.first, parts.count) {
        case ("", 1): self = .alive
        case ("metrics", 1): self = .metrics
        case ("v1", _): self = Route.first(Array(parts.dropFirst()), method)
        case ("v2", _): self = Route.second(Array(parts.dropFirst()))
        case ("roost", _), (".roost", _): self = WatchPath(parts).map { .watch($0, method) } ?? .unknown
        default: self = .unknown
        }
    }

    private static func first(_ parts: [String], _ method: HTTPMethod) -> Route {
        guard parts.first == "models", parts.count <= 2 else { return .unknown }
        guard parts.count == 2, !parts[1].isEmpty else { return parts.count == 1 ? .models : .unknown }
        guard method == .post else { return .model(parts[1]) }
        if parts[1].hasSuffix(":predict") { return .predict(String(parts[1].dropLast(8))) }
        if parts[1].hasSuffix(":explain") { return .explain(String(parts[1].dropLast(8))) }
        return .model(parts[1])
    }

    private static func second(_ parts: [String]) -> Route {
        switch (parts.first, parts.count) {
        case (nil, 0): .server
        case ("health", 2) where parts[1] == "live": .live
        case ("health", 2) where parts[1] == "ready": .ready
        case ("models", 1): .models
        case ("models", 2...) where parts[1].isEmpty: .unknown
        case ("models", 2): .metadata(parts[1])
        case ("models", 3) where parts[2] == "ready": .modelReady(parts[1])
        case ("models", 3) where parts[2] == "infer": .infer(parts[1])
        case ("models", 4) where parts[2] == "versions": .versioned(.get)
        case ("models", 5) where parts[2] == "versions" && parts[4] == "ready": .versioned(.get)
        case ("models", 5) where parts[2] == "versions" && parts[4] == "infer": .versioned(.post)
        case ("repository", 2) where parts[1] == "index": .index
        case ("repository", 4) where parts[1] == "models" && parts[3] == "load": .load(parts[2])
        case ("repository", 4) where parts[1] == "models" && parts[3] == "unload": .unload(parts[2])
        default: .unknown
        }
    }

    /// The verb that the path is for; nil where there is no such path.
    var method: HTTPMethod? {
        switch self {
        case .predict, .explain, .infer, .index, .load, .unload: .post
        case .versioned(let method), .watch(_, let method): method
        case .unknown: nil
        default: .get
        }
    }

    /// The model that must be there for the path to mean anything.
    var modelName: String? {
        switch self {
        case .model(let name), .predict(let name), .explain(let name), .metadata(let name), .modelReady(let name),
            .infer(let name):
            name
        default: nil
        }
    }
}
