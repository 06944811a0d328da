// Says for as long as it lasts that what happens is not being kept, why, and what will or should be done about it.
import { storageWords, type StorageStatus } from '../../shared/storage';
import { Button, ErrorBox } from './components';

/** Nothing while all is well. */
export function StorageBanner({ storage, onCheck }: { storage: StorageStatus | null; onCheck(): void }) {
  if (storage === null || storage.state === 'saved') return null;
  const { message, next_step } = storageWords(storage);
  return (
    <div class="storage-banner">
      <ErrorBox level={storage.state === 'unavailable' ? 'error' : 'warning'} label="Storage" message={message} nextStep={next_step}>
        <Button onClick={onCheck}>Check Storage</Button>
      </ErrorBox>
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
