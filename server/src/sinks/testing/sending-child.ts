/** Sends a hundred records to a file sink, as a process of its own whose limits a test has set, and prints what came of it. */
import { file } from '../file/file.ts';
import { manyEvents } from './records.ts';
import { contextForTests } from './sink-contract.ts';

const [, , path] = process.argv;
const sink = file.create({ type: 'file', name: 'out', path, keep: 5 }, contextForTests());
process.stdout.write(JSON.stringify(await sink.send(manyEvents(100), new AbortController().signal)));
