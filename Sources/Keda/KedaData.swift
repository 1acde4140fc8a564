package import Base
import CData
package import KubeModel

/// What the room ships: the kind ScaledObject.
package enum KedaData {
    /// The CustomResourceDefinition.
    package static func customResourceDefinitions() throws(YAMLDefect) -> [KubeObject] {
        let (start, size) = (cdata_keda_start_address(), cdata_keda_size())
        // Safe: the linker laid `size` bytes at `start`; they live as long as the program.
        return try YAML.parse(Array(UnsafeBufferPointer(start: start, count: size))).map { KubeObject($0) }
    }
}
