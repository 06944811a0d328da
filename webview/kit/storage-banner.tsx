// Says for as long as it lasts that what happens is not being kept, why, and what will or should be done about it.
import { storageWords, type StorageStatus } from '../../shared/storage';
import { Button, ErrorBox, Icon } from './components';

/** Nothing while all is well. */
export function StorageBanner({ storage, onCheck }: { storage: StorageStatus | null; onCheck(): void }) {
  if (storage === null || storage.state === 'saved') return null;
  const { message, next_step } = storageWords(storage);
  const level = storage.state === 'unavailable' ? 'error' : 'warning';
  return (
    <div class={`error-box ${level} storage-banner`} role="group" aria-label="Storage">
      <Icon name={level} />
      <div class="error-text">
        {message} <span class="muted">{next_step}</span>{' '}
        <button type="button" class="link-button" onClick={onCheck}>
          Check Storage
        </button>
      </div>
    </div>
  );
}

/** In place of a view's content, when there is nothing it could show. */
export function StorageFailure(props: { message: string; nextStep: string; onTryAgain(): void; onCheck?(): void }) {
  return (
    <div class="storage-failure">
      <ErrorBox label="Storage" message={props.message} nextStep={props.nextStep}>
        <Button kind="primary" onClick={props.onTryAgain}>
          Try Again
        </Button>
        {props.onCheck && <Button onClick={props.onCheck}>Check Storage</Button>}
      </ErrorBox>
    </div>
  );
}
