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
    case namedModels
    case metadata(String)
    case modelReady(String)
    case infer(String)
    case versioned
    case unknown

    /// Reads a decoded path.
    init(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (parts.first, parts.count) {
        case ("", 1): self = .alive
        case ("metrics", 1): self = .metrics
        case ("v1", _): self = Route.first(Array(parts.dropFirst()))
        case ("v2", _): self = Route.second(Array(parts.dropFirst()))
        default: self = .unknown
        }
    }

    private static func first(_ parts: [String]) -> Route {
        guard parts.first == "models", parts.count <= 2 else { return .unknown }
        guard parts.count == 2, !parts[1].isEmpty else { return parts.count == 1 ? .models : .unknown }
        if parts[1].hasSuffix(":predict") { return .predict(String(parts[1].dropLast(8))) }
        if parts[1].hasSuffix(":explain") { return .explain(String(parts[1].dropLast(8))) }
        return .model(parts[1])
    }

    private static func second(_ parts: [String]) -> Route {
        switch (parts.first, parts.count) {
        case (nil, 0): return .server
        case ("health", 2) where parts[1] == "live": return .live
        case ("health", 2) where parts[1] == "ready": return .ready
        case ("models", 1): return .namedModels
        case ("models", 2): return .metadata(parts[1])
        case ("models", 3) where parts[2] == "ready": return .modelReady(parts[1])
        case ("models", 3) where parts[2] == "infer": return .infer(parts[1])
        case ("models", 4...) where parts[2] == "versions": return .versioned
        default: return .unknown
        }
    }

    /// The verb that the path is for; nil where any will do.
    var method: HTTPMethod? {
        switch self {
        case .predict, .explain, .infer: .post
        case .versioned, .unknown: nil
        default: .get
        }
    }

    /// The model that the path names.
    var modelName: String? {
        switch self {
        case .model(let name), .predict(let name), .explain(let name), .metadata(let name), .modelReady(let name),
            .infer(let name):
            name
        default: nil
        }
    }
}
