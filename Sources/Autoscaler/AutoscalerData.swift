package import Base
import CData
package import KubeModel

/// What the room ships: the kind PodAutoscaler, and the settings of all of them.
package enum AutoscalerData {
    /// The CustomResourceDefinition, then the namespace and the ConfigMap, in the order to create them.
    package static func objects() throws(YAMLDefect) -> [KubeObject] {
        let (start, size) = (cdata_autoscaler_start_address(), cdata_autoscaler_size())
        // Safe: the linker laid `size` bytes at `start`; they live as long as the program.
        return try YAML.parse(Array(UnsafeBufferPointer(start: start, count: size))).map { KubeObject($0) }
    }
}
