import Base

extension RouteMatch {
    /// A match of a GRPCRoute: a method is the path `/SERVICE/METHOD`. Nil where it can never be met.
    init?(grpc match: JSON) {
        guard let path = PathMatch(grpc: match["method"]), let headers = ValueMatch.headers(match["headers"]) else {
            return nil
        }
        self.init(path: path, headers: headers)
    }
}

extension PathMatch {
    fileprivate init?(grpc method: JSON) {
        let (service, name) = (method["service"].string, method["method"].string)
        if method["type"].string == "RegularExpression" {
            guard let expression = Expression("^/(?:\(service ?? "[^/]+"))/(?:\(name ?? "[^/]+"))$") else { return nil }
            self = .expression(expression)
            return
        }
        switch (service, name) {
        case (let service?, let name?): self = .exact("/\(service)/\(name)")
        case (let service?, nil): self = .prefix("/\(service)")
        case (nil, let name?):
            guard let expression = Expression("^/[^/]+/\\Q\(name)\\E$") else { return nil }
            self = .expression(expression)
        case (nil, nil): self = .any
        }
    }
}
