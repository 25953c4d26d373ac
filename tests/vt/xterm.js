// SPDX-License-Identifier: GPL-3.0-or-later
// What @xterm/headless makes of streams: each line of the input is one in hexadecimal, each line of the output its screen as JSON.
const { Terminal } = require('@xterm/headless');
const [rows, cols] = process.argv.slice(2).map(Number);

function color(cell, of) {
	if (cell[`is${of}Default`]())
		return 0;
	return (cell[`is${of}RGB`]() ? 0x02000000 : 0x01000000) + cell[`get${of}Color`]();
}

function attributes(cell) {
	return (cell.isBold() ? 1 : 0) | (cell.isDim() ? 2 : 0) | (cell.isItalic() ? 4 : 0) | (cell.isBlink() ? 8 : 0) |
		(cell.isInverse() ? 16 : 0) | (cell.isInvisible() ? 32 : 0) | (cell.isStrikethrough() ? 64 : 0) |
		(cell.isUnderline() ? 0x100 : 0);
}

// It throws on some streams, from a timer: such a one has no screen, and nothing agrees with it.
let fail = null;
process.on('uncaughtException', error => fail ? fail(error) : process.exit(1));

async function run(data) {
	const terminal = new Terminal({ rows, cols, allowProposedApi: true, scrollback: 100 });
	const error = await new Promise(done => { fail = done; terminal.write(data, () => done(null)); });
	if (error)
		return { cursor: [-1, -1], cells: [] };
	const buffer = terminal.buffer.active, cells = [];
	for (let y = 0; y < rows; y++) {
		const line = buffer.getLine(buffer.baseY + y);
		for (let x = 0; x < cols; x++) {
			const cell = line.getCell(x);
			if (cell.getWidth() > 0)
				cells.push([y, x, cell.getChars(), color(cell, 'Fg'), color(cell, 'Bg'), attributes(cell), cell.getWidth()]);
		}
	}
	terminal.dispose();
	return { cursor: [buffer.cursorY, Math.min(buffer.cursorX, cols - 1)], cells };
}

(async () => {
	for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean))
		console.log(JSON.stringify(await run(Buffer.from(line, 'hex'))));
})();
