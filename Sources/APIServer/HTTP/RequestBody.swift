import Base
import KubeModel
import Net

/// A request's body as an object, whatever it was written in.
struct RequestBody {
    let json: JSON
    /// Paths that a JSON text gives twice.
    var duplicates: [String] = []

    /// Reads JSON, YAML or protobuf; a body without a type is JSON.
    init(_ request: HTTPRequest, kind: String) throws(APIStatus) {
        let type = request.headers["content-type"].map { MediaType($0).name } ?? "application/json"
        switch type {
        case "application/json", "": try self.init(json: request.body, kind: kind)
        case "application/yaml", "text/yaml", "text/x-yaml": try self.init(yaml: request.body, kind: kind)
        case "application/vnd.kubernetes.protobuf": self.init(decoded: try ProtobufDecoder.decode(request.body))
        default: throw RequestBody.unsupported
        }
    }

    private init(decoded json: JSON) { self.json = json }

    private init(json bytes: [UInt8], kind: String) throws(APIStatus) {
        let seen = SeenTwice()
        do throws(JSONDefect) {
            json = try JSON.parse(bytes, duplicates: { seen.paths.append($0) })
        } catch {
            let text = String(decoding: bytes.prefix(200), as: UTF8.self)
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; "
                    + "json parse error: \(error) (\(text))"
            )
        }
        duplicates = seen.paths
    }

    private init(yaml bytes: [UInt8], kind: String) throws(APIStatus) {
        do throws(YAMLDefect) {
            json = try YAML.parse(bytes).first ?? .null
        } catch {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; "
                    + "yaml parse error: \(error)"
            )
        }
    }

    private final class SeenTwice {
        var paths: [String] = []
    }

    private static let unsupported = APIStatus(
        .unsupportedMediaType,
        "the body of the request was in an unknown format - accepted media types include: application/json, "
            + "application/yaml, application/vnd.kubernetes.protobuf"
    )
}
