import Glibc
import Terminal

// A small full-screen program for the tests that need a real terminal: a table with a selected row.
//
// Keys: Up, Down, PgUp, PgDn, Home, End move; Ctrl-Z, Ctrl-L; m mouse; c copies; w is woken by a thread;
// q ends, e throws, x exits, t traps, o runs the stack over. The last line shows the last event.

struct Deliberate: Error {}

struct Table {
    var selected = 0
    var last = "ready"
    let rows = 500

    mutating func update(_ event: Event, height: Int) {
        switch event {
        case .key(let key):
            last = "key \(key)"
            switch key.code {
            case .up: selected -= 1
            case .down: selected += 1
            case .pageUp: selected -= height
            case .pageDown: selected += height
            case .home: selected = 0
            case .end: selected = rows - 1
            default: break
            }
            selected = min(rows - 1, max(0, selected))
        case .mouse(let mouse): last = "mouse \(mouse.action) \(mouse.point.x),\(mouse.point.y)"
        case .paste(let text): last = "paste \(text.count) \(text)"
        case .focus(let isHere): last = "focus \(isHere)"
        case .resize(let size): last = "resize \(size.width)x\(size.height)"
        case .wake: last = "wake"
        case .hangUp: last = "hang-up"
        }
    }

    func view(_ size: Size, _ glyphs: Glyphs) -> Frame {
        var frame = Frame(size)
        var rest = frame.bounds
        let header = rest.takeTop(1)
        frame.fill(header, role: .bar)
        frame.write(" Probe ", x: 0, y: 0, role: .badge)
        frame.write("of the terminal", x: 8, y: 0, role: .bar)
        let footer = rest.takeBottom(1)
        frame.fill(footer, role: .bar)
        frame.write(last, x: 1, y: footer.y, role: .bar)
        let first = max(0, min(selected - rest.height / 2, rows - rest.height))
        for line in 0..<rest.height {
            let (y, row) = (rest.y + line, first + line)
            frame.write("\(row)", x: 0, y: y, width: 6, alignment: .trailing, role: .muted)
            frame.write("T-LIGHT HOLDER \(row * 7919 % 997) 日本", x: 8, y: y, width: 30, ellipsis: glyphs.ellipsis)
            frame.write("\(row * 31 % 1009)", x: 40, y: y, width: 8, alignment: .trailing)
            frame.write(row % 3 == 0 ? "out now" : "safe", x: 50, y: y, width: 8, role: row % 3 == 0 ? .danger : .good)
            frame.write(glyphs.bar(Double(row % 17) / 17, width: 10), x: 60, y: y, role: .chart)
            if row == selected { frame.select(Rect(x: 0, y: y, width: size.width, height: 1)) }
        }
        return frame
    }
}

@main
struct Probe {
    static func main() {
        do {
            try run()
        } catch is Deliberate {
            print("thrown")
            exit(3)
        } catch {
            print("\(error)")
            exit(1)
        }
    }

    static func run() throws {
        var environment: [String: String] = [:]
        for name in ["TERM", "COLORTERM", "NO_COLOR", "TMUX", "LANG", "LC_ALL"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        let wakeUp = try WakeUp()
        let theme = Theme.find(CommandLine.arguments.dropFirst().first ?? "dark").theme
        let screen = try CursesScreen(.init(environment: environment, theme: theme), wakeUp: wakeUp)
        let glyphs = Glyphs.suited(to: environment)
        var table = Table()
        loop: while true {
            screen.present(table.view(screen.size, glyphs))
            for event in try screen.events(until: nil) {
                table.update(event, height: screen.size.height)
                if event == .hangUp { break loop }
                guard case .key(let key) = event else { continue }
                switch "\(key)" {
                case "q": break loop
                case "e": throw Deliberate()
                case "x": exit(4)
                case "t": _ = [Int]()[table.selected]
                case "o": print(overrun(1))
                case "m": screen.hasMouse.toggle()
                case "c": table.last = "copied \(screen.copy("row \(table.selected)"))"
                case "w": wake(wakeUp)
                case "Ctrl-Z": screen.suspend()
                case "Ctrl-L": screen.repaint()
                default: break
                }
            }
        }
        screen.close()
        let traffic = screen.traffic
        print("frames \(traffic.frames) writes \(traffic.writes) bytes \(traffic.bytes) skipped \(traffic.skipped)")
    }

    static func wake(_ wakeUp: WakeUp) {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<WakeUp>.fromOpaque(argument).takeRetainedValue().call()
                return nil
            }, Unmanaged.passRetained(wakeUp).toOpaque())
        pthread_detach(thread)
    }

    @inline(never)
    static func overrun(_ depth: Int) -> Int { depth < 0 ? 0 : overrun(depth + 1) + depth }
}
