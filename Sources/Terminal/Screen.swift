/// Where frames go to and events come from: a terminal, or a test.
///
/// A screen belongs to the thread that made it.
public protocol Screen: AnyObject {
    /// Its size in cells, as of the last `resize` event handed out.
    var size: Size { get }

    /// Shows a frame.
    ///
    /// It never waits: while the line is busy the frame is kept, and a newer one takes its place, so that what is shown is
    /// never older than the line is slow.
    func present(_ frame: Frame)

    /// Waits until something happens, and returns all that has.
    ///
    /// - Parameter deadline: When to return with nothing; nil waits for ever, and nothing runs meanwhile.
    /// - Throws: `TerminalError`, once `hangUp` has been handed out.
    func events(until deadline: ContinuousClock.Instant?) throws(TerminalError) -> [Event]

    /// Hands a text to the clipboard of the terminal's user; false where it is too long to be handed over.
    ///
    /// There is no telling whether the terminal takes it.
    func copy(_ text: String) -> Bool

    /// Whether the mouse is reported. While it is, selecting text takes Shift in most terminals.
    var hasMouse: Bool { get set }

    /// Gives the terminal back to the shell until the user comes back, as ^Z does.
    func suspend()

    /// Paints everything anew with the next frame: someone else has written over it.
    func repaint()

    /// Changes the looks.
    var theme: Theme { get set }
}
