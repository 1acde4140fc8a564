import CLinux

/// The terminal as a screen that is drawn again and again; what was there before comes back at the end.
struct Screen {
    /// Whether standard output is a terminal.
    static var isThere: Bool { isatty(1) == 1 }

    /// Takes the screen.
    static func open() { Output.write("\u{1B}[?1049h\u{1B}[?25l") }
    /// Gives it back.
    static func close() { Output.write("\u{1B}[?25h\u{1B}[?1049l") }

    static var size: (width: Int, height: Int) {
        var size = winsize()
        guard clinux_terminal_size(1, &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows these lines and nothing else; the one at `head` is set off.
    static func draw(_ lines: [String], head: Int) {
        var text = "\u{1B}[H"
        for (index, line) in lines.enumerated() {
            if index > 0 { text += "\r\n" }
            text += index == head ? "\u{1B}[7m\(line)\u{1B}[0m" : line
            text += "\u{1B}[K"
        }
        Output.write(text + "\u{1B}[J")
    }
}
