import CLinux
import FuzzTargets

/// `fuzz NAME …` runs libFuzzer on one target with its own arguments; `fuzz` alone lists the targets.
///
/// SwiftPM takes `fuzz_main` for the program's beginning, which leaves libFuzzer's own `main` out: it is started here.
@_cdecl("fuzz_main")
public func start(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    guard chosen != nil else {
        for target in FuzzTarget.all { puts(target.name) }
        return count > 1 ? 2 : 0
    }
    var count = count - 1
    var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = words + 1
    return runFuzzer(&count, &rest) { bytes, count in
        chosen?.run(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    }
}

private let chosen = FuzzTarget.all.first { $0.name == CommandLine.arguments.dropFirst().first }

@_extern(c, "LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
