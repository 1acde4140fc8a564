import CLinux

/// One step on the way to a container's view of the file system.
package enum MountStep: Equatable, Sendable, CustomStringConvertible {
    case tmpfs(String)
    case folder(String)
    case file(String)
    case link(text: String, String)
    case bind(String, at: String)
    case readOnly(String)
    case root(String)

    package var description: String {
        switch self {
        case .tmpfs(let target): "mount tmpfs at \(target)"
        case .folder(let target), .file(let target): "make mount point \(target)"
        case .link(_, let target): "make link \(target)"
        case .bind(let source, let target): "mount \(source) at \(target)"
        case .readOnly(let target): "make \(target) read-only"
        case .root(let target): "make \(target) the root"
        }
    }
}

/// A folder or file of the machine that a container sees at a path of its own.
package struct MountPoint: Equatable, Sendable {
    package let source: String
    package let target: String
    package let isFolder: Bool
    package let isReadOnly: Bool

    package init(source: String, target: String, isFolder: Bool, isReadOnly: Bool) {
        self.source = source
        self.target = target
        self.isFolder = isFolder
        self.isReadOnly = isReadOnly
    }
}

/// What the planner has to know of the machine's file system.
package protocol FolderReader {
    func kind(of path: String) -> FileKind?
    /// Names in a folder, nil where it cannot be read.
    func entries(of path: String) -> [String]?
    func linkText(_ path: String) -> String?
}

/// What lies at a path.
package enum FileKind: Equatable, Sendable { case folder, file, link, other }

/// Plans the private view of the file system in which a container finds its mounts where its spec puts them.
///
/// A process pod sees the machine's own root; only its mount points are added, in a mount namespace of its own (about
/// 0.3 ms a start, measured). A mount point that the machine does not have (`/mnt/models`) is made without touching
/// the machine: the nearest folder that exists is shadowed by a tmpfs in which every entry is bound to the real one.
package struct MountPlan: Equatable, Sendable {
    package private(set) var steps: [MountStep] = []

    /// - Parameter stage: an empty folder of the machine; each namespace mounts its own tmpfs there to build in.
    package init(_ points: [MountPoint], stage: String, reader: some FolderReader) throws(PodDefect) {
        let points = points.sorted { $0.target.utf8.count < $1.target.utf8.count }
        var missing: [String: [MountPoint]] = [:]
        for point in points where MountPlan.cover(of: point, among: points) == nil {
            guard reader.kind(of: point.target) == nil else { continue }
            missing[MountPlan.existingFolder(above: point.target, reader), default: []].append(point)
        }
        for (folder, points) in missing.sorted(by: { $0.key < $1.key }) {
            try shadow(folder, for: points, stage: stage, reader)
        }
        for point in points {
            steps.append(.bind(point.source, at: point.target))
            if point.isReadOnly { steps.append(.readOnly(point.target)) }
        }
    }

    /// The mount that this one lies inside of, if any: its mount point has to be made in that one's source.
    package static func cover(of point: MountPoint, among points: [MountPoint]) -> MountPoint? {
        points.filter { $0 != point && point.target.hasPrefix($0.target + "/") }
            .max { $0.target.utf8.count < $1.target.utf8.count }
    }

    private static func existingFolder(above path: String, _ reader: some FolderReader) -> String {
        var folder = path
        repeat {
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        } while !folder.isEmpty && reader.kind(of: folder) == nil
        return folder.isEmpty ? "/" : folder
    }

    private mutating func shadow(
        _ folder: String,
        for points: [MountPoint],
        stage: String,
        _ reader: some FolderReader
    ) throws(PodDefect) {
        let prefix = folder == "/" ? "" : folder
        guard let entries = reader.entries(of: folder), entries.count <= NodeLimits.mirroredEntriesMax else {
            let path = points.first?.target ?? folder
            throw PodDefect(
                "mount point \(path) does not exist, and \(folder) cannot be read or has more than "
                    + "\(NodeLimits.mirroredEntriesMax) entries; create \(path) on the node"
            )
        }
        steps.append(.tmpfs(stage))
        for entry in entries.sorted() { mirror("\(prefix)/\(entry)", at: "\(stage)/\(entry)", reader) }
        var made: Set<String> = []
        for point in points {
            let names = point.target.dropFirst(prefix.utf8.count).split(separator: "/")
            var path = stage
            for name in names.dropLast() {
                path += "/\(name)"
                if made.insert(path).inserted { steps.append(.folder(path)) }
            }
            path += "/\(names.last ?? "")"
            if made.insert(path).inserted { steps.append(point.isFolder ? .folder(path) : .file(path)) }
        }
        steps.append(folder == "/" ? .root(stage) : .bind(stage, at: folder))
    }

    private mutating func mirror(_ path: String, at target: String, _ reader: some FolderReader) {
        switch reader.kind(of: path) {
        case nil: return
        case .folder: steps += [.folder(target), .bind(path, at: target)]
        case .link: steps.append(.link(text: reader.linkText(path) ?? "", target))
        case .file, .other: steps += [.file(target), .bind(path, at: target)]
        }
    }
}

/// Puts real paths where a container's mount paths stand in words, for machines that allow no mounts.
package struct PathRewrite: Equatable, Sendable {
    private let points: [MountPoint]

    package init(_ points: [MountPoint]) { self.points = points.sorted { $0.target.utf8.count > $1.target.utf8.count } }

    /// `--model_dir=/mnt/models` becomes `--model_dir=/var/lib/…/models`; `/mnt/models-old` stays.
    package func apply(_ word: String) -> String {
        for point in points {
            if let rewritten = replace(point, in: word) { return rewritten }
        }
        return word
    }

    /// A path begins a word or follows one of `=:,`, and ends with the word or before one of `/:,`.
    private func replace(_ point: MountPoint, in word: String) -> String? {
        let bytes = Array(word.utf8)
        let target = Array(point.target.utf8)
        guard bytes.count >= target.count else { return nil }
        var output: [UInt8] = []
        var at = 0
        var found = false
        while at < bytes.count {
            let end = at + target.count
            if end <= bytes.count, bytes[at..<end].elementsEqual(target),
                at == 0 || "=:,".utf8.contains(bytes[at - 1]),
                end == bytes.count || "/:,".utf8.contains(bytes[end])
            {
                output += Array(point.source.utf8)
                at = end
                found = true
            } else {
                output.append(bytes[at])
                at += 1
            }
        }
        return found ? String(decoding: output, as: UTF8.self) : nil
    }
}
