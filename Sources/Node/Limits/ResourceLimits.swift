package import Base
import KubeModel

/// The most that a container's processes may use.
package struct ResourceLimits: Equatable, Sendable {
    /// Nil for any.
    package let milliCPU: Int64?
    package let memoryBytes: Int64?

    /// Reads a container's `resources`; nil where it names no limit of these.
    package init?(_ resources: JSON) {
        milliCPU = Quantity(resources["limits"]["cpu"])?.milliValue
        memoryBytes = Quantity(resources["limits"]["memory"])?.value
        if milliCPU == nil, memoryBytes == nil { return nil }
    }

    /// The microseconds of processor time for every `period`.
    private static let period: Int64 = 100_000
    /// What the kernel takes at least.
    private static let quotaMin: Int64 = 1000

    /// The files of a control group of version 2 and what they get, in the order to write them.
    package var settings: [(file: String, value: String, isOptional: Bool)] {
        var settings: [(file: String, value: String, isOptional: Bool)] = []
        if let milliCPU {
            let quota = max(Self.quotaMin, min(max(0, milliCPU), 1 << 40) * Self.period / 1000)
            settings.append(("cpu.max", "\(quota) \(Self.period)", false))
        }
        if let memoryBytes {
            settings.append(("memory.max", "\(max(0, memoryBytes))", false))
            // Swap would only put the end off; kernels without it have no such file.
            settings.append(("memory.swap.max", "0", true))
            // A container lives and dies as a whole.
            settings.append(("memory.oom.group", "1", true))
        }
        return settings
    }
}
