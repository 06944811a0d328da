// Starts the traces view.
import { render } from 'preact';
import type { TracesCommand, TracesEvent, TracesRequests } from '../../shared/messages/traces';
import { vscodeApi } from '../kit/vscode-api';
import { createWire } from '../kit/wire';
import { App } from './app';
import './traces.css';
import './grid.css';
import './details.css';
import './why.css';
import './compare.css';
import './narrow.css';
import { TracesSession } from './traces-session';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const session = new TracesSession(createWire<TracesCommand, TracesRequests, TracesEvent>(vscodeApi, window), (run) => requestAnimationFrame(run));
render(<App session={session} />, root);
session.start();
