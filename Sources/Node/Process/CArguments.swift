import Base
import CLinux

/// Mount steps as the C side reads them; owns their strings.
final class CMountSteps {
    private let words: CWords
    private let list: UnsafeMutableBufferPointer<clinux_mount_step>

    init(_ steps: [MountStep]) {
        let parts = steps.map(\.parts)
        words = CWords(parts.flatMap { [$0.source, $0.target] })
        list = .allocate(capacity: steps.count)
        let strings = words.base
        for (index, part) in parts.enumerated() {
            // Safe: the list holds two strings for each step.
            let step = clinux_mount_step(
                step: Int32(part.step.rawValue),
                source: strings?[2 * index],
                target: strings?[2 * index + 1]
            )
            list.initializeElement(at: index, to: step)
        }
    }

    deinit { list.deallocate() }

    var base: UnsafePointer<clinux_mount_step>? { UnsafePointer(list.baseAddress) }
    var count: Int { list.count }
}

extension MountStep {
    fileprivate var parts: (step: clinux_step, source: String, target: String) {
        switch self {
        case .tmpfs(let target): (CLINUX_STEP_TMPFS, "", target)
        case .folder(let target): (CLINUX_STEP_FOLDER, "", target)
        case .file(let target): (CLINUX_STEP_FILE, "", target)
        case .link(let text, let target): (CLINUX_STEP_LINK, text, target)
        case .bind(let source, let target): (CLINUX_STEP_BIND, source, target)
        case .readOnly(let target): (CLINUX_STEP_READONLY, "", target)
        case .root(let target): (CLINUX_STEP_ROOT, "", target)
        }
    }
}

/// A pipe whose reading end does not block.
struct Pipe {
    let reader: Int32
    let writer: Int32

    init() throws(LaunchFault) {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else {
            throw LaunchFault("pipe: \(String(cString: strerror(clinux_errno())).lowercased())")
        }
        reader = ends[0]
        writer = ends[1]
        _ = clinux_set_nonblocking(reader)
    }

    func closeReader() { close(reader) }
    func closeWriter() { close(writer) }
}
