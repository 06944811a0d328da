// Starts the chat view in the page that already shows its shell.
import { hydrate } from 'preact';
import type { ChatCommand, ChatEvent, ChatRequests } from '../../shared/messages/chat';
import { vscodeApi } from '../kit/vscode-api';
import { createWire } from '../kit/wire';
import { App } from './app';
import './chat.css';
import './revealed.css';
import './cards.css';
import './auto-fix-strip.css';
import { ChatSession } from './session';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const session = new ChatSession(createWire<ChatCommand, ChatRequests, ChatEvent>(vscodeApi, window), (run) => requestAnimationFrame(run));
hydrate(<App session={session} />, root);
session.start();
