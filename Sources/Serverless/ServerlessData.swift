package import Base
import CData
package import KubeModel

/// What Knative's part of the platform ships: its kinds and its configuration.
package enum ServerlessData {
    /// The definitions of the serving.knative.dev kinds.
    package static func customResourceDefinitions() throws(YAMLDefect) -> [KubeObject] {
        try read(cdata_knative_crds_start_address(), cdata_knative_crds_size())
    }

    /// The namespace and the ConfigMaps, in the order to create them.
    package static func objects() throws(YAMLDefect) -> [KubeObject] {
        try read(cdata_knative_objects_start_address(), cdata_knative_objects_size())
    }

    private static func read(_ start: UnsafePointer<UInt8>?, _ size: Int) throws(YAMLDefect) -> [KubeObject] {
        // Safe: the linker laid `size` bytes at `start`; they live as long as the program.
        try YAML.parse(Array(UnsafeBufferPointer(start: start, count: size))).map { KubeObject($0) }
    }
}
