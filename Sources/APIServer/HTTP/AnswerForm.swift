import Base
package import KubeModel

/// In which shape a client wants objects: decided from its Accept header.
package enum AnswerForm: Equatable, Sendable {
    /// How much of each object a Table carries besides its cells.
    package enum Included: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    case object
    case table(Included)
    case metadataOnly
    /// Discovery of all groups in one document, in version v2 or v2beta1 of its own kind.
    case discovery(version: String)

    /// Chooses the first media type that can be served.
    ///
    /// Protobuf counts as JSON: clients read the answer by its own Content-Type.
    package init(accept: String?, included: String?) throws(APIStatus) {
        let accept = accept ?? ""
        for type in accept.split(separator: ",").map(MediaType.init) {
            if let form = AnswerForm(type, included) {
                self = form
                return
            }
        }
        guard accept.allSatisfy({ $0 == " " }) else { throw AnswerForm.notAcceptable }
        self = .object
    }

    private init?(_ type: MediaType, _ included: String?) {
        switch type.name {
        case "application/json", "application/*", "*/*", "application/vnd.kubernetes.protobuf": break
        default: return nil
        }
        switch (type["as"], type["g"], type["v"]) {
        case (nil, _, _): self = .object
        case ("Table", "meta.k8s.io", "v1"), ("Table", "meta.k8s.io", "v1beta1"):
            self = .table(included.flatMap(Included.init) ?? .metadata)
        case ("PartialObjectMetadata", "meta.k8s.io", _), ("PartialObjectMetadataList", "meta.k8s.io", _):
            self = .metadataOnly
        case ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2"): self = .discovery(version: "v2")
        case ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1"): self = .discovery(version: "v2beta1")
        default: return nil
        }
    }

    private static let notAcceptable = APIStatus(
        .notAcceptable,
        "only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf",
        details: .emptyObject
    )
}

/// A media type with its parameters: `application/json;as=Table;v=v1`.
struct MediaType {
    /// In lower case.
    let name: String
    private let parameters: [String: String]

    init(_ text: some StringProtocol) {
        let parts = text.split(separator: ";").map { $0.split(separator: " ").joined() }
        name = parts.first?.lowercased() ?? ""
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { parameters[String(pair[0])] = String(pair[1]) }
        }
        self.parameters = parameters
    }

    subscript(name: String) -> String? { parameters[name] }
}
