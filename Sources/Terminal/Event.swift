/// What happens at a screen.
public enum Event: Equatable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The mouse was pressed, released or turned.
    case mouse(Mouse)
    /// Text was pasted, as one: its line ends are `\n`, its other controls are gone.
    case paste(String)
    /// The terminal's window has the keys, or has them no longer.
    case focus(Bool)
    /// The screen has another size; draw it anew.
    case resize(Size)
    /// The `WakeUp` was called: someone else has news.
    case wake
    /// The terminal is gone: end.
    case hangUp
}

/// What the mouse did.
public struct Mouse: Equatable, Sendable {
    /// What was done.
    public enum Action: Equatable, Sendable {
        /// A button went down, or up.
        case press(Button), release(Button)
        /// The wheel was turned by a notch.
        case wheelUp, wheelDown
    }

    /// Which button.
    public enum Button: Equatable, Sendable {
        /// The buttons of a mouse.
        case left, middle, right
    }

    /// What was done.
    public var action: Action
    /// The cell under the pointer; it may lie beyond the frame if the window has just shrunk.
    public var point: Point
    /// What was held down.
    public var modifiers: Key.Modifiers

    /// Something that the mouse did.
    public init(_ action: Action, at point: Point, _ modifiers: Key.Modifiers = []) {
        self.action = action
        self.point = point
        self.modifiers = modifiers
    }
}
