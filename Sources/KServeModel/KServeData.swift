package import Base
import CData
package import KubeModel

/// The objects that Roost ships: what its data files hold, read once for each call.
package enum KServeData {
    /// The definitions of the serving.kserve.io and roost.dev kinds.
    package static func customResourceDefinitions() throws(YAMLDefect) -> [KubeObject] {
        try read(cdata_kserve_crds_start_address(), cdata_kserve_crds_size())
            + read(cdata_roost_crds_start_address(), cdata_roost_crds_size())
    }

    /// Namespaces, platform configuration, gateway, storage container and runtimes, in the order to create them.
    package static func objects() throws(YAMLDefect) -> [KubeObject] {
        try read(cdata_kserve_objects_start_address(), cdata_kserve_objects_size())
    }

    private static func read(_ start: UnsafePointer<UInt8>?, _ size: Int) throws(YAMLDefect) -> [KubeObject] {
        // Safe: the linker laid `size` bytes at `start`; they live as long as the program.
        try YAML.parse(Array(UnsafeBufferPointer(start: start, count: size))).map { KubeObject($0) }
    }
}
