import Base
import KubeModel
enum ProtobufDecoder { static func decode(_ bytes: [UInt8]) throws(APIStatus) -> JSON { throw .badRequest("not yet") } }
