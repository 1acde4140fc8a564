/// Why limits cannot be enforced here.
package struct LimitsLack: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Where control groups of version 2 may be made: the group that this process is in, as the machine's files tell.
package struct ControlGroupPlace: Equatable, Sendable {
    /// The folder of the own group.
    package let folder: String
    /// Whether it is the machine's first group, which may have processes beside its children.
    package let isRoot: Bool

    private static let needed: Set<String> = ["cpu", "memory"]

    /// - Parameters:
    ///   - mounts: `/proc/self/mountinfo`.
    ///   - own: `/proc/self/cgroup`.
    ///   - read: the text of a file; empty where there is none.
    package init(mounts: String, own: String, read: (String) -> String) throws(LimitsLack) {
        guard let mount = mounts.split(separator: "\n").lazy.compactMap(Mount.init).first else {
            throw LimitsLack("no control groups of version 2 are mounted")
        }
        guard let line = own.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
            throw LimitsLack("/proc/self/cgroup names no control group of version 2")
        }
        let group = line.dropFirst("0::".count)
        guard !group.hasPrefix("/.."), group.hasPrefix(mount.root) else {
            throw LimitsLack("the own control group \(group) is outside of what is mounted at \(mount.folder)")
        }
        let below = group.dropFirst(mount.root == "/" ? 0 : mount.root.count)
        folder = below == "/" ? mount.folder : mount.folder + below
        // Only the first group of the machine has no type.
        isRoot = read("\(folder)/cgroup.type").isEmpty
        let given = Set(read("\(folder)/cgroup.controllers").split(separator: " ").map(String.init))
        let lacking = Self.needed.subtracting(given).sorted()
        guard lacking.isEmpty else {
            throw LimitsLack("control group \(folder) has no controller \(lacking.joined(separator: " and "))")
        }
    }

    /// A mount of control groups of version 2.
    private struct Mount {
        let root: String
        let folder: String

        init?(_ line: Substring) {
            let sides = line.split(separator: " - ", maxSplits: 1)
            guard sides.count == 2, sides[1].hasPrefix("cgroup2 ") else { return nil }
            let fields = sides[0].split(separator: " ")
            guard fields.count > 4 else { return nil }
            root = String(fields[3])
            folder = String(fields[4])
        }
    }
}
