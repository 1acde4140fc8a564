import CLinux

/// Reads a log's files from the place that the options ask for, in pieces.
package struct LogReader: ~Copyable {
    private let path: String
    private var filter: LogFilter
    /// The files that are still to be read, oldest first; the last one may be growing.
    private var files: [String]
    private var offset: Int
    private var file: Int32 = -1
    private var inode: UInt = 0
    /// What has been read of a line whose end has not.
    private var partial: [UInt8] = []

    package init(path: String, _ options: LogOptions) {
        self.path = path
        filter = LogFilter(options)
        (files, offset) = LogReader.place(of: options.tailLines, in: ContainerLog.files(path))
    }

    deinit { if file >= 0 { close(file) } }

    /// Whether the reader has got all that it asked for.
    package var isDone: Bool { filter.isDone }

    /// The next piece; nil where there is nothing more at present.
    package mutating func next() -> [UInt8]? {
        var output: [UInt8] = []
        while output.isEmpty, !filter.isDone {
            guard let chunk = readChunk() else {
                guard openNext() else { return nil }
                continue
            }
            partial += chunk
            var rest = partial[...]
            while let newline = rest.firstIndex(of: UInt8(ascii: "\n")), !filter.isDone {
                filter.append(rest[..<newline], to: &output)
                rest = rest[(newline + 1)...]
            }
            partial = Array(rest)
        }
        return output.isEmpty ? nil : output
    }

    private mutating func readChunk() -> [UInt8]? {
        guard file >= 0 else { return nil }
        let chunk = [UInt8](unsafeUninitializedCapacity: KubeletLimits.logChunkBytes) { [file] buffer, count in
            count = max(0, read(file, buffer.baseAddress, buffer.count))
        }
        return chunk.isEmpty ? nil : chunk
    }

    /// Goes on with the next file: one of the list, or the one that was begun since at the log's path.
    private mutating func openNext() -> Bool {
        let next: String
        if files.isEmpty {
            var info = stat()
            guard stat(path, &info) == 0, info.st_ino != inode else { return false }
            next = path
        } else {
            next = files.removeFirst()
        }
        if file >= 0 { close(file) }
        file = clinux_open(next, O_RDONLY | O_CLOEXEC, 0)
        var info = stat()
        if file >= 0, fstat(file, &info) == 0 { inode = info.st_ino }
        if offset > 0 { lseek(file, offset, SEEK_SET) }
        offset = 0
        return file >= 0 || !files.isEmpty
    }

    /// The files from the one that holds the last `lines` lines' first, and the offset in it.
    private static func place(of lines: Int?, in files: [String]) -> (files: [String], offset: Int) {
        guard let lines else { return (files, 0) }
        var left = lines
        for index in files.indices.reversed() {
            if let offset = offset(ofLast: &left, in: files[index]) { return (Array(files[index...]), offset) }
        }
        return (files, 0)
    }

    /// The offset at which the last `lines` lines of a file begin; nil, and `lines` less, where it has fewer.
    private static func offset(ofLast lines: inout Int, in path: String) -> Int? {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        if lines == 0 { return size }
        var end = size
        while end > 0 {
            let start = max(0, end - KubeletLimits.logChunkBytes)
            let block = [UInt8](unsafeUninitializedCapacity: end - start) { buffer, count in
                count = max(0, pread(file, buffer.baseAddress, buffer.count, start))
            }
            for index in block.indices.reversed()
            where block[index] == UInt8(ascii: "\n") && start + index != size - 1 {
                lines -= 1
                if lines == 0 { return start + index + 1 }
            }
            end = start
        }
        if size > 0 { lines -= 1 }
        return lines == 0 ? 0 : nil
    }
}

extension ContainerLog {
    /// The last lines of a log, as the program wrote them.
    package static func tail(_ path: String, lines: Int) -> String {
        var options = LogOptions()
        options.tailLines = lines
        var reader = LogReader(path: path, options)
        var bytes: [UInt8] = []
        while let more = reader.next() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}
